using PaxosWcf.Nemesis;

namespace PaxosWcf.Tests.Storage;

/// <summary>A small file system in memory, that one test may fill up or take the right to write from. A test that needs one ends without a verdict where this machine allows none.</summary>
internal sealed class MemoryDisk : IAsyncDisposable
{
    private readonly string _place;

    private MemoryDisk(string place) => _place = place;

    private string Filler => Path.Combine(_place, "filler");

    public static async Task<MemoryDisk> MakeAsync(string place)
    {
        Directory.CreateDirectory(place);
        await MountAsync("-t", "tmpfs", "-o", "size=48m", "tmpfs", place);
        return new MemoryDisk(place);
    }

    /// <summary>Leaves not a byte.</summary>
    public void Fill()
    {
        using FileStream filler = File.Create(Filler, bufferSize: 0);
        try
        {
            for (byte[] block = new byte[4096]; ;)
            {
                filler.Write(block);
            }
        }
        catch (IOException)
        {
            // It is full: that was the aim.
            return;
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    public Task TakeNoWritesAsync() => MountAsync("-o", "remount,ro", _place);

    public Task TakeWritesAsync() => MountAsync("-o", "remount,rw", _place);

    public async ValueTask DisposeAsync() => await Tool.RunAsync("umount", _place);

    private static async Task MountAsync(params string[] arguments)
    {
        string why;
        try
        {
            await Tool.RunAsync("mount", arguments);
            return;
        }
        catch (NemesisException error)
        {
            why = error.Message;
        }

        throw new AssertInconclusiveException($"No disk of its own here: {why}.");
    }
}

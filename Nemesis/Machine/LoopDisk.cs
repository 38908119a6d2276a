namespace PaxosWcf.Nemesis;

/// <summary>A small ext4 file system in a file, mounted where one replica keeps its data: its power can be cut and its
/// room used up without harm to anybody else.</summary>
internal sealed class LoopDisk : IAsyncDisposable
{
    private const long Bytes = 512L << 20;
    private const int Block = 4096;

    private readonly string _image;
    private bool _mounted;

    private LoopDisk(string image, string place) => (_image, Place) = (image, place);

    /// <summary>Where it is mounted.</summary>
    public string Place { get; }

    private string Filler => Path.Combine(Place, "filler");

    /// <exception cref="NemesisException">This machine does not allow it; the message says what failed.</exception>
    public static async Task<LoopDisk> MakeAsync(string place)
    {
        if (!OperatingSystem.IsLinux() || LibC.EffectiveUser() != 0)
        {
            throw new NemesisException("only root on Linux may mount a file system of its own");
        }

        Directory.CreateDirectory(place);
        var disk = new LoopDisk(place + ".img", place);
        await using (FileStream image = File.Create(disk._image))
        {
            image.SetLength(Bytes);
        }

        // No room is kept back for root, who runs this.
        await Tool.RunAsync("mkfs.ext4", "-q", "-F", "-m", "0", disk._image);
        await disk.MountAsync();
        return disk;
    }

    /// <summary>The power goes: what was not flushed is lost. Whoever uses the disk must be killed before it is
    /// <see cref="RepowerAsync">powered again</see>.</summary>
    public void CutPower() => LibC.ShutDownFileSystem(Place);

    /// <summary>The power is back: the file system replays its journal.</summary>
    public async Task RepowerAsync()
    {
        await Tool.RunAsync("umount", Place);
        _mounted = false;
        await MountAsync();
    }

    /// <summary>Leaves no room, or only so many bytes.</summary>
    public void Fill(long leaving = 0)
    {
        using FileStream filler = File.Create(Filler, bufferSize: 0);
        if (leaving > 0)
        {
            LibC.Reserve(filler.SafeFileHandle, new DriveInfo(Place).AvailableFreeSpace - leaving);
            return;
        }

        try
        {
            // Blocks first, so that it is quick, then single ones, until there is none.
            LibC.Reserve(filler.SafeFileHandle, new DriveInfo(Place).AvailableFreeSpace - (64 * Block));
            filler.Seek(0, SeekOrigin.End);
            for (byte[] block = new byte[Block]; ;)
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

    /// <summary>Takes from all files what room they have been given beyond their ends. Whoever writes to them must <see cref="StandStill">stand still</see>.</summary>
    public void Drain()
    {
        foreach (string file in Directory.EnumerateFiles(Place, "*", SearchOption.AllDirectories))
        {
            LibC.TakeReserve(file);
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        if (_mounted)
        {
            await Tool.RunAsync("umount", Place);
        }

        File.Delete(_image);
    }

    private async Task MountAsync()
    {
        await Tool.RunAsync("mount", "-o", "loop", _image, Place);
        _mounted = true;
    }
}

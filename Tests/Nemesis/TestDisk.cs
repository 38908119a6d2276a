using PaxosWcf.Nemesis;

namespace PaxosWcf.Tests.Nemesis;

/// <summary>A disk for one test, which ends without a verdict where this machine does not allow it.</summary>
internal static class TestDisk
{
    public static async Task<LoopDisk> MakeAsync(string place)
    {
        string why;
        try
        {
            return await LoopDisk.MakeAsync(place);
        }
        catch (NemesisException e)
        {
            why = e.Message;
        }

        throw new AssertInconclusiveException($"No disk of its own here: {why}.");
    }
}

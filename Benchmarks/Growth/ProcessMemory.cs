using System.Diagnostics;

namespace PaxosWcf.Benchmarks.Growth;

/// <summary>What a process holds in memory.</summary>
internal static class ProcessMemory
{
    /// <summary>Its resident set, in bytes.</summary>
    public static long OfProcess(int id)
    {
        using Process process = Process.GetProcessById(id);
        return process.WorkingSet64;
    }
}

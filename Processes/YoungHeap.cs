using System.Diagnostics;

namespace PaxosWcf.Processes;

/// <summary>How much a replica process may allocate before its young objects are collected.</summary>
/// <remarks>The runtime takes it from the size of the processor's cache. A virtual machine often hides that, and then 2 MiB are
/// left: a collection for every few hundred calls. Only the environment sets it; the runtime reads no setting of a program.</remarks>
public static class YoungHeap
{
    /// <summary>The variable that the runtime reads; a number in hexadecimal.</summary>
    public const string Variable = "DOTNET_GCgen0size";

    /// <summary>Bytes: what a server's cache would give. More: fewer collections, and so much more memory for each replica.</summary>
    public const int Bytes = 32 * 1024 * 1024;

    /// <summary>Sets it for a process that is to be started, unless the environment sets it already.</summary>
    public static void Set(ProcessStartInfo start) => start.Environment.TryAdd(Variable, $"0x{Bytes:x}");
}

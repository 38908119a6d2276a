using System.Runtime.InteropServices;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>What a verb works with.</summary>
internal sealed record VerbContext(
    StoreConnection Connection, AppIo Io, Printer Printer, TimeSpan Timeout, ReadConsistency Consistency, TimeProvider Time)
{
    /// <summary>The signal that has the program end; null: none that reached nobody else.</summary>
    public Func<PosixSignal?> LeftBy { get; init; } = () => null;

    /// <summary>Where the verb was given.</summary>
    public VerbPlace Place { get; init; }

    /// <summary>Whether a person types verbs: standard input is the prompt's.</summary>
    public bool IsAtPrompt => Place == VerbPlace.Prompt && Io.InIsTerminal;

    /// <summary>Reads the ids of two replicas.</summary>
    public async Task<(int Replica, int Peer)> LinkAsync(string replica, string peer, CancellationToken cancel)
    {
        (int first, int second) = (await ReplicaIdAsync(replica, cancel), await ReplicaIdAsync(peer, cancel));
        return first != second
            ? (first, second)
            : throw new UsageException($"Replica {first} has no link to itself; name two replicas.");
    }

    /// <summary>Whether one replica was named by its address: nothing is known of the others.</summary>
    public bool IsByAddress => Connection.Options.Replicas.ContainsKey(StoreConnection.ByAddress);

    /// <summary>Refuses what is about replicas by their numbers where these are not known.</summary>
    public void RefuseByAddress()
    {
        if (IsByAddress)
        {
            throw new UsageException("With --host and --port replicas have no numbers; name the cluster's servers.xml with --servers instead.");
        }
    }

    /// <summary>Reads a replica's id; one that servers.xml does not name may be a member all the same.</summary>
    public Task<int> ReplicaIdAsync(string text, CancellationToken cancel)
    {
        RefuseByAddress();
        return int.TryParse(text, out int id)
            ? Connection.FindAsync(id, cancel)
            : throw new UsageException($"There is no replica {ValueText.Printable(text)}; the replicas are {string.Join(", ", Connection.Replicas)}.");
    }
}

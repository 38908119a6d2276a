using System.Text;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>A client with a session that does one thing after another, on any replica, as long as it is told to.</summary>
internal sealed class SimulatedClient(SimulatedCluster cluster, Random random, int number, int keys)
{
    private string? _session;
    private long _sequence;

    /// <summary>Whether it begins another operation when one is done.</summary>
    public bool GoesOn { get; set; } = true;

    /// <summary>What it waits for; null between two operations.</summary>
    public Operation? Pending { get; private set; }

    /// <summary>Begins its next operation.</summary>
    public void Next()
    {
        if (!GoesOn)
        {
            return;
        }

        var key = $"k{random.Next(keys)}";
        var dice = random.Next(100);
        KeyValueCommand? command = _session is null ? new OpenSession(random.NextInt64())
            : dice < 10 ? Batch(key)
            : dice < 50 ? new Put(Identity(), key, Encoding.UTF8.GetBytes($"c{number}-{_sequence}"))
            : dice < 60 ? new Delete(Identity(), key)
            : null;
        Pending = new Operation(cluster, command, command is OpenSession ? "" : key, random.Next(10, 80)) { Completed = OnDone };
        Pending.Begin(cluster.AnyReplica());
    }

    // One key among its own, so that what a reader sees of it may be any of the batch's writes but the last.
    private Batch Batch(string key) => new(Identity(), [.. Enumerable.Range(0, random.Next(1, 6)).Select(place =>
        new BatchWrite(
            place == 0 ? key : $"k{random.Next(keys)}",
            random.Next(4) == 0 ? null : Encoding.UTF8.GetBytes($"c{number}-{_sequence}-{place}")))]);

    private ClientIdentity Identity()
    {
        _sequence++;
        return new ClientIdentity(_session!, _sequence, random.Next(2) == 0 ? 0 : _sequence - 1);
    }

    private void OnDone(Operation operation)
    {
        Pending = null;
        _session ??= ((SessionOpened)operation.Answer!).Session;
        cluster.Time.After(random.Next(2 * VirtualTime.Tick), Next);
    }
}

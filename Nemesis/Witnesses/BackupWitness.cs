using PaxosWcf.Client;
using PaxosWcf.ClientApp;
using PaxosWcf.History;

namespace PaxosWcf.Nemesis;

/// <summary>Takes backups under faults, of one replica after the other, as the console does. One that a fault prevents is no finding; one that
/// was taken must be whole, and is judged at the end.</summary>
internal sealed class BackupWitness(PaxosClientOptions options, string directory, Findings findings)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    private readonly List<TakenBackup> _taken = [];
    private volatile int _leftOut;
    private int _asked;

    /// <summary>Those that were taken.</summary>
    public IReadOnlyList<TakenBackup> Taken => _taken;

    /// <summary>How many came to nothing, because the replica did not answer.</summary>
    public int Prevented { get; private set; }

    /// <summary>Takes backups until it is told to end.</summary>
    public async Task RunAsync(CancellationToken over)
    {
        int[] replicas = [.. options.Replicas.Keys.Order()];
        for (int turn = 0; !over.IsCancellationRequested; turn++)
        {
            int replica = replicas[turn % replicas.Length];
            Prevented += replica == _leftOut || await TryAsync(replica) ? 0 : 1;
            try
            {
                await Task.Delay(Between, over);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Asks one replica for none, until what it returns is disposed: its state is made wrong on purpose.</summary>
    public IDisposable LeaveOut(int replica)
    {
        _leftOut = replica;
        return new Again(this);
    }

    /// <summary>Takes one when all is calm: it must be possible.</summary>
    public async Task RequireAsync(int replica)
    {
        if (!await TryAsync(replica))
        {
            findings.Add($"Replica {replica} gave no backup when all was calm.");
        }
    }

    private async Task<bool> TryAsync(int replica)
    {
        string path = Path.Combine(directory, $"backup-{++_asked}");
        long begun = MonotonicClock.Nanoseconds();
        try
        {
            await using var connection = new StoreConnection(options with { PinnedReplica = replica });
            await BackupFile.WriteAsync(path, connection, stale: false, (_, _) => { }, CancellationToken.None);
            _taken.Add(Read(path, replica, begun));
            File.Delete(path);
            return true;
        }
        catch (ReplicaUnavailableException)
        {
            return false;
        }
        catch (InvalidRequestException)
        {
            // The replica was restarted, and its backup with it.
            return false;
        }
        catch (BackupFormatException e)
        {
            findings.Add($"The backup {path} of replica {replica} is not whole: {e.Message}");
            return true;
        }
    }

    private static TakenBackup Read(string path, int replica, long begun)
    {
        using FileStream stream = WholeFile.Read(path);
        using var reader = new BackupFileReader(stream);
        var keys = reader.Blocks().SelectMany(block => block).ToDictionary(
            entry => entry.Key,
            entry => new BackedUpKey(ToldChange.Fingerprint(entry.Value), entry.CreateRevision, entry.ModificationRevision, entry.Version),
            StringComparer.Ordinal);
        return new TakenBackup(replica, begun, reader.Header.Revision, keys);
    }

    private sealed class Again(BackupWitness witness) : IDisposable
    {
        public void Dispose() => witness._leftOut = 0;
    }
}

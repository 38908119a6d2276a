using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>Brings a backup into a cluster, step by step through consensus. A step without a certain answer is repeated, at the
/// next replica: it changes nothing the second time.</summary>
internal sealed class RestoreRun(StoreConnection connection, TimeProvider time)
{
    /// <summary>How often each replica is asked for one step before the restore is given up.</summary>
    private const int RoundsMax = 3;

    /// <summary>How often all keys are brought, where not all are there at the end.</summary>
    private const int TimesMax = 2;

    // While the keys that were there are deleted, and until the store has given their room back, it may be at its limit.
    private static readonly TimeSpan FullPatience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FullPause = TimeSpan.FromMilliseconds(500);

    private const int KeysPerStepMax = StoreLimits.RestoreEntriesMax;
    private const int BytesPerStepMax = 1 << 20;

    private readonly long _restore = Random.Shared.NextInt64(1, long.MaxValue);
    private long? _fullSince;
    private int _at;
    private bool _hasBegun;
    private bool _mayHaveBegun;

    /// <summary>Restores the keys of a file that was found to be whole.</summary>
    /// <param name="backup">What it is of.</param>
    /// <param name="entries">Reads its keys, from the first on.</param>
    /// <param name="bump">How much higher than the backup's the store's revision is to be.</param>
    /// <param name="force">Whether a store that is not empty is emptied first.</param>
    /// <param name="moved">Told how many of how many keys are restored.</param>
    /// <param name="cancel">Gives up; the cluster then says that a restore is under way.</param>
    /// <returns>What the last step came to; not Done when the restore was refused.</returns>
    /// <exception cref="RestoreStoppedException">It has begun, or may have, and did not come to its end.</exception>
    public async Task<RestoreReport> RunAsync(
        BackupHeader backup, Func<IEnumerable<BackupEntry>> entries, long bump, bool force, Action<int, int> moved, CancellationToken cancel)
    {
        try
        {
            long? last = null;
            RestoreReport begun = await StepAsync(
                c => async r =>
                {
                    last ??= await LastAsync(c, r, cancel);
                    return await c.RestoreBeginAsync(r, _restore, force, last, cancel);
                }, cancel);
            _hasBegun = begun.Outcome == RestoreOutcome.Done;
            return _hasBegun ? await FillAsync(backup, entries, bump, begun, moved, cancel) : begun;
        }
        catch (Exception e) when ((_hasBegun || _mayHaveBegun) && e is not RestoreTakenOverException)
        {
            throw new RestoreStoppedException(e, isCertain: _hasBegun || force);
        }
    }

    // What comes late, when another restore came and went, must not begin.
    private static async Task<long?> LastAsync(ReplicaControlClient control, int replica, CancellationToken cancel)
    {
        try
        {
            return (await control.StatusAsync(replica, cancel)).LastRestore;
        }
        catch (ReplicaUnavailableException e)
        {
            throw new ReplicaUnavailableException(e.Replica, e.Message, mayHaveTakenEffect: false);
        }
    }

    // A step that nobody answered in time may take effect later: one that removes keys, after these were brought back. So what is not complete is brought
    // once more.
    private async Task<RestoreReport> FillAsync(
        BackupHeader backup, Func<IEnumerable<BackupEntry>> entries, long bump, RestoreReport begun, Action<int, int> moved, CancellationToken cancel)
    {
        if (begun.Keys > 0)
        {
            await EmptyAsync(cancel);
        }

        RestoreReport report = begun;
        for (int time = 0; time == 0 || (report.Outcome == RestoreOutcome.Incomplete && time < TimesMax); time++)
        {
            long done = 0;
            foreach (BackupEntry[] some in Steps(entries()))
            {
                Require(await StepAsync(c => r => c.RestorePutAsync(r, _restore, some, cancel), cancel));
                done += some.Length;
                moved((int)Math.Min(int.MaxValue, done), (int)Math.Min(int.MaxValue, Math.Max(1, backup.Keys)));
            }

            report = await StepAsync(c => r => c.RestoreEndAsync(r, _restore, backup.Revision + bump, backup.Keys, cancel), cancel);
        }

        return report;
    }

    // Nothing else is written since the restore began, so these are all.
    private async Task EmptyAsync(CancellationToken cancel)
    {
        var keys = new List<string>();
        await new BackupRun(connection, time).ReadAsync(
            _ => page => keys.AddRange(page.Select(entry => entry.Key)), (_, _) => { }, isOfRestore: true, cancel);
        foreach (string[] some in keys.Chunk(KeysPerStepMax))
        {
            Require(await StepAsync(c => r => c.RestoreDeleteAsync(r, _restore, some, cancel), cancel));
        }
    }

    private static void Require(RestoreReport report)
    {
        if (report.Outcome != RestoreOutcome.Done)
        {
            throw new RestoreTakenOverException($"The restore was ended by somebody else ({report.Outcome}): the store is as that one left it.");
        }
    }

    private static IEnumerable<BackupEntry[]> Steps(IEnumerable<BackupEntry> all)
    {
        var step = new List<BackupEntry>();
        long bytes = 0;
        foreach (BackupEntry entry in all)
        {
            bytes += entry.Key.Length + entry.Value.Length;
            if (step.Count > 0 && (step.Count == KeysPerStepMax || bytes > BytesPerStepMax))
            {
                yield return [.. step];
                step.Clear();
                bytes = entry.Key.Length + entry.Value.Length;
            }

            step.Add(entry);
        }

        if (step.Count > 0)
        {
            yield return [.. step];
        }
    }

    private async Task<RestoreReport> StepAsync(Func<ReplicaControlClient, Func<int, Task<RestoreReport>>> ask, CancellationToken cancel)
    {
        IReadOnlyList<int> replicas = connection.Pinned is { } only ? [only] : connection.Replicas;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                RestoreReport report = await ask(connection.Control)(replicas[_at % replicas.Count]);
                _fullSince = null;
                return report;
            }
            catch (StorageFullException) when (_fullSince is not { } since || time.GetElapsedTime(since) < FullPatience)
            {
                // Nothing of the step was done. The next replica may have room.
                _fullSince ??= time.GetTimestamp();
                attempt = 0;
                _at++;
                await Task.Delay(FullPause, time, cancel);
            }
            catch (ReplicaUnavailableException e)
            {
                _mayHaveBegun |= e.MayHaveTakenEffect;
                if (attempt == RoundsMax * replicas.Count)
                {
                    throw;
                }

                _at++;
            }
            catch (OperationCanceledException)
            {
                _mayHaveBegun = true;
                throw;
            }
        }
    }
}

/// <summary>A restore has begun, or may have, and did not come to its end.</summary>
/// <param name="why">What stopped it.</param>
/// <param name="isCertain">Whether it has begun, or was to begin whatever the store holds. Else it may have been refused: the store may hold keys, and
/// nobody should be told to have them deleted.</param>
internal sealed class RestoreStoppedException(Exception why, bool isCertain) : Exception(why.Message, why)
{
    public string Advice => isCertain
        ? "The cluster may serve nobody until the restore is repeated with --force."
        : "It is not known whether the restore has begun: repeat it as it was, and it says what the cluster holds.";
}

/// <summary>Somebody else restores in the place of this restore; the message is a sentence.</summary>
internal sealed class RestoreTakenOverException(string message) : Exception(message);

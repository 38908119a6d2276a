using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>A change of the members that is wanted.</summary>
/// <param name="Ask">Asks a leader for it.</param>
/// <param name="IsMade">Whether a configuration has it.</param>
internal sealed record WantedChange(Func<IReplicaControl, Task<MemberReport>> Ask, Func<IReadOnlyList<MemberData>, bool> IsMade);

/// <summary>One change of the members, from the question to a leader under the configuration that it makes. Where nobody leads, or a leader
/// refuses what may pass by itself, it waits and asks again, until its time is over.</summary>
/// <remarks>
/// An answer may be lost. Then the members are looked at first: a change that is made is not asked for again. One that is not, under the
/// same configuration, may be: it makes the next configuration, as the one before does that may still be under way, and only one
/// can be the next. Under a later configuration nobody can tell whether it was made and undone, so that is left to the operator.
/// </remarks>
internal sealed class MemberChange(
    ClusterMembers members, Func<CancellationToken, Task<WantedChange>> want, TimeSpan limit, TimeProvider time)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly long _start = time.GetTimestamp();
    private WantedChange? _wanted;
    private long? _unsureSince;
    private MemberReport? _chosen;
    private PaxosClientException? _last;

    /// <summary>Makes the change, and waits until somebody leads under the configuration that it makes: until then the disks of the one
    /// before are still needed.</summary>
    public async Task<MemberReport> MakeAsync(CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        try
        {
            _chosen = await UntilAsync(() => TryAsync(patience.Token, cancel), patience.Token).ConfigureAwait(false);
            return await UntilAsync(() => LedAsync(_chosen, patience.Token), patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Failure();
        }
    }

    private async Task<MemberReport> UntilAsync(Func<Task<MemberReport?>> attempt, CancellationToken patience)
    {
        while (true)
        {
            if (await attempt().ConfigureAwait(false) is { } report)
            {
                return report;
            }

            await Task.Delay(BetweenLooks, time, patience).ConfigureAwait(false);
        }
    }

    private async Task<MemberReport?> TryAsync(CancellationToken patience, CancellationToken cancel)
    {
        FoundLeader found;
        try
        {
            _wanted ??= await want(patience).ConfigureAwait(false);
            found = await members.FindLeaderAsync(patience).ConfigureAwait(false);
        }
        catch (StoreUnavailableException e)
        {
            _last = e;
            return null;
        }

        if (_unsureSince is { } before && Made(found.Status, before) is { } made)
        {
            return made;
        }

        TimeSpan left = limit - time.GetElapsedTime(_start);
        try
        {
            return await members.AskAsync(found, _wanted.Ask, left > BetweenLooks ? left : BetweenLooks, cancel).ConfigureAwait(false);
        }
        catch (ChangeRefusedException e) when (e.MayPass || _unsureSince is not null)
        {
            // Where it is not known whether the change was made, it may be refused because it was.
            _last = e;
        }
        catch (ReplicaUnavailableException e)
        {
            _last = e;
            _unsureSince ??= e.MayHaveTakenEffect ? found.Status.Configuration : null;
        }

        return null;
    }

    private MemberReport? Made(ReplicaStatus leader, long unsureSince)
    {
        MemberData[] now = leader.Members ?? [];
        if (leader.Configuration > unsureSince && _wanted!.IsMade(now))
        {
            return new MemberReport { Configuration = leader.Configuration, Members = now };
        }

        return leader.Configuration <= unsureSince
            ? null
            : throw new ChangeRefusedException(
                $"{_last!.Message} Since then the members were changed (configuration {unsureSince} then, {leader.Configuration} now), and this change is not in force: look at \"member list\", and ask again if you still want it.");
    }

    private async Task<MemberReport?> LedAsync(MemberReport report, CancellationToken patience)
    {
        try
        {
            ReplicaStatus leader = (await members.FindLeaderAsync(patience).ConfigureAwait(false)).Status;
            return leader.LeadsConfiguration && leader.Configuration >= report.Configuration ? report : null;
        }
        catch (StoreUnavailableException)
        {
            // Between two leaders nobody leads.
            return null;
        }
    }

    private PaxosClientException Failure() => (_chosen, _unsureSince, _last) switch
    {
        ({ Configuration: var made }, _, _) => new ChangeUnknownException(
            $"Configuration {made} is chosen, but within {Names.Time(limit)} nobody led under it: keep every replica running, and look at \"member list\".", isChosen: true),
        (_, not null, { } last) => new ChangeUnknownException($"{last.Message} Whether the change was made is not known: look at \"member list\" before you ask again."),
        (_, _, { } last) => last,
        _ => new StoreUnavailableException($"Within {Names.Time(limit)} no replica told who leads."),
    };
}

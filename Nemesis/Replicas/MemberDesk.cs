using System.Diagnostics;
using PaxosWcf.Client;
using PaxosWcf.Contracts;
using PaxosWcf.Contracts.Configuration;

namespace PaxosWcf.Nemesis;

/// <summary>Changes the members as an operator does who asks again until it is done: under faults a change may be refused, or
/// nobody may lead. One that never gets done is a finding.</summary>
/// <param name="options">Where the replicas are.</param>
/// <param name="findings">Told of what never gets done, and of who is silent.</param>
/// <param name="say">Told of refusals.</param>
/// <param name="patience">How long it is asked again; null: 90 s.</param>
internal sealed class MemberDesk(PaxosClientOptions options, Findings findings, Action<string> say, TimeSpan? patience = null)
{
    // Partitions last four seconds; in between it must be possible.
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ClusterMembers _members = new(options);

    /// <summary>Has a member go on with the disk that it has now, and waits until it votes.</summary>
    public Task ReadmitAsync(int id) =>
        ChangeAsync(id, "be a voter again", () => IsAsync(id, options.Replicas[id], "Voter"), () => _members.ReadmitAsync(id));

    /// <summary>Has a member go on at other addresses, and waits until it votes.</summary>
    public Task ReplaceAsync(int id, Uri peer, Uri client) =>
        ChangeAsync(id, "be a voter again", () => IsAsync(id, client, "Voter"), () => _members.ReplaceAsync(id, peer, client));

    /// <summary>Adds a replica, and waits until it learns.</summary>
    public Task AddAsync(ReplicaAddress at) =>
        ChangeAsync(at.Id, "be a learner", () => IsAsync(at.Id, at.Client, "Learner"), () => _members.AddAsync(at.Id, at.Peer, at.Client));

    /// <summary>Waits until a learner has applied what others have by now.</summary>
    public async Task CaughtUpAsync(int id, Uri client)
    {
        ReplicaStatus?[] all = await Task.WhenAll(options.Replicas.Keys.Select(StatusAsync));
        long through = all.Max(status => status?.AppliedThrough ?? 0);
        await UntilAsync(
            async () => (await StatusAsync(id, client))?.AppliedThrough >= through, () => $"Replica {id} did not catch up through slot {through}");
    }

    /// <summary>Makes a learner a voter, and waits until it votes.</summary>
    public Task PromoteAsync(int id, Uri client) =>
        ChangeAsync(id, "be a voter", () => IsAsync(id, client, "Voter"), () => _members.PromoteAsync(id));

    /// <summary>Takes a member out, and waits until whoever leads does so without it.</summary>
    public Task RemoveAsync(int id) => ChangeAsync(
        id,
        "be out",
        async () => (await _members.LeaderAsync()).Members!.All(member => member.ReplicaId != id),
        () => _members.RemoveAsync(id));

    /// <summary>Waits until a replica votes where servers.xml has it; it needs no change for that.</summary>
    public Task VotesAsync(int id) =>
        UntilAsync(() => IsAsync(id, options.Replicas[id], "Voter"), () => $"Replica {id} was started again with its own disk, and did not become a voter");

    /// <summary>Whoever comes with an empty disk must not vote.</summary>
    public Task RequireFencedAsync(int id) => RequireFencedAsync(id, options.Replicas[id]);

    /// <summary>The same of one that listens elsewhere.</summary>
    public async Task RequireFencedAsync(int id, Uri client)
    {
        if (await RequireStatusAsync(id, client) is { Standing: not ("Fenced" or "NoMember") } status)
        {
            findings.Add($"Replica {id} was started with an empty disk, and is {status.Standing}.");
        }
    }

    /// <summary>What a replica says of itself where servers.xml has it; null: nothing.</summary>
    public Task<ReplicaStatus?> StatusAsync(int id) => StatusAsync(id, options.Replicas[id]);

    /// <summary>What a replica says of itself where servers.xml has it. One that says nothing, however often it is asked, is a finding, and null.</summary>
    public Task<ReplicaStatus?> RequireStatusAsync(int id) => RequireStatusAsync(id, options.Replicas[id]);

    private async Task<ReplicaStatus?> RequireStatusAsync(int id, Uri client)
    {
        ReplicaStatus? status = null;
        await UntilAsync(
            async () => (status = await StatusAsync(id, client)) is not null, () => $"Replica {id} was to say how it stands, and was silent");
        return status;
    }

    private Task ChangeAsync(int id, string aim, Func<Task<bool>> isDone, Func<Task> change)
    {
        string last = "nobody refused";
        bool asked = false;
        return UntilAsync(
            async () =>
            {
                try
                {
                    // The answer to a change may be lost; then it is in force all the same.
                    if (await isDone())
                    {
                        return true;
                    }

                    if (!asked)
                    {
                        await change();
                        asked = true;
                    }
                }
                catch (PaxosClientException e)
                {
                    last = e.Message;
                    say($"  member {id}: {e.Message}");
                }

                return false;
            },
            () => $"Replica {id} was to {aim}, and it did not come to that ({last})");
    }

    private async Task UntilAsync(Func<Task<bool>> holds, Func<string> complaint)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < _patience; await Task.Delay(Pause))
        {
            if (await holds())
            {
                return;
            }
        }

        findings.Add($"{complaint()} within {_patience.TotalSeconds} s.");
    }

    private async Task<bool> IsAsync(int id, Uri client, string standing) => (await StatusAsync(id, client))?.Standing == standing;

    private async Task<ReplicaStatus?> StatusAsync(int id, Uri client)
    {
        await using var control = new ReplicaControlClient(
            options with { Replicas = new Dictionary<int, Uri> { [id] = client }, MembersInterval = TimeSpan.Zero });
        try
        {
            return await control.StatusAsync(id);
        }
        catch (ReplicaUnavailableException)
        {
            return null;
        }
    }
}

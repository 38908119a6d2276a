using System.Diagnostics;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Nemesis;

/// <summary>Changes the members as an operator does who asks again until it is done: under faults a change may be refused, or
/// nobody may lead. One that never gets done is a finding.</summary>
internal sealed class MemberDesk(PaxosClientOptions options, Findings findings, Action<string> say)
{
    // Partitions last four seconds; in between it must be possible.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ClusterMembers _members = new(options);

    /// <summary>Has a member go on with the disk that it has now, and waits until it votes.</summary>
    public Task ReadmitAsync(int id) => ChangeAsync(id, options.Replicas[id], () => _members.ReadmitAsync(id));

    /// <summary>Has a member go on at other addresses, and waits until it votes.</summary>
    public Task ReplaceAsync(int id, Uri peer, Uri client) => ChangeAsync(id, client, () => _members.ReplaceAsync(id, peer, client));

    /// <summary>Whoever comes with an empty disk must not vote.</summary>
    public Task RequireFencedAsync(int id) => RequireFencedAsync(id, options.Replicas[id]);

    /// <summary>The same of one that listens elsewhere.</summary>
    public async Task RequireFencedAsync(int id, Uri client)
    {
        if (await StatusAsync(id, client) is { Standing: not ("Fenced" or "NoMember") } status)
        {
            findings.Add($"Replica {id} was started with an empty disk, and is {status.Standing}.");
        }
    }

    /// <summary>What a replica says of itself where servers.xml has it; null: nothing.</summary>
    public Task<ReplicaStatus?> StatusAsync(int id) => StatusAsync(id, options.Replicas[id]);

    private async Task ChangeAsync(int id, Uri client, Func<Task> change)
    {
        long start = Stopwatch.GetTimestamp();
        string last = "it did not vote";
        bool asked = false;
        while (Stopwatch.GetElapsedTime(start) < Patience)
        {
            try
            {
                // The answer to a change may be lost; then it is in force, and the replica votes.
                if (await StatusAsync(id, client) is { Standing: "Voter" })
                {
                    return;
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

            await Task.Delay(Pause);
        }

        findings.Add($"Replica {id} did not become a voter again within {Patience.TotalSeconds} s: {last}");
    }

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

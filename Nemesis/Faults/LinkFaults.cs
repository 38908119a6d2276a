using System.Diagnostics;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Nemesis;

// A closed family: what the product's own fault lab does when it is asked to.

/// <summary>Messages are lost, in the directions that the step names.</summary>
internal sealed class CutFault(FaultLab lab) : Fault
{
    public override async Task RunAsync(FaultStep step, CancellationToken over)
    {
        // On both sides: one that is restarted meanwhile has forgotten, and the partition would not be what it is called.
        await Task.WhenAll(step.Lost.SelectMany(way => new[]
        {
            lab.TryAsync(c => c.CutLinkAsync(way.From, way.To, LinkDirection.To, CancellationToken.None)),
            lab.TryAsync(c => c.CutLinkAsync(way.To, way.From, LinkDirection.From, CancellationToken.None)),
        }));
        await HoldAsync(step.Hold, over);
        await lab.HealAsync();
    }
}

/// <summary>The links of a replica are slow.</summary>
internal sealed class DelayFault(FaultLab lab, IReadOnlyList<int> replicas) : Fault
{
    public override async Task RunAsync(FaultStep step, CancellationToken over)
    {
        var links = step.Victims.SelectMany(victim => replicas.Where(id => id != victim).Select(peer => (victim, peer)));
        await Task.WhenAll(links.Select(link => lab.TryAsync(
            c => c.DelayLinkAsync(link.victim, link.peer, step.Slower, CancellationToken.None))));
        await HoldAsync(step.Hold, over);
        await lab.HealAsync();
    }
}

/// <summary>Acceptors lose what they hold in memory, are silent, and reload from disk.</summary>
internal sealed class AcceptorFault(FaultLab lab) : Fault
{
    public override async Task RunAsync(FaultStep step, CancellationToken over)
    {
        TimeSpan down = step.Hold < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : step.Hold;
        await Task.WhenAll(step.Victims.Select(
            victim => lab.TryAsync(c => c.FailAcceptorAsync(victim, down, CancellationToken.None))));
        await HoldAsync(step.Hold, over);
    }
}

/// <summary>Leadership goes to another replica. Nobody knows who leads just then, if anybody: all are asked, and those that do not
/// lead refuse.</summary>
internal sealed class TransferFault(FaultLab lab, IReadOnlyList<int> replicas) : Fault
{
    public override async Task RunAsync(FaultStep step, CancellationToken over)
    {
        int heir = step.Victims[0];
        await Task.WhenAll(replicas.Where(id => id != heir).Select(id => lab.TryAsync(c => AskAsync(c, id, heir))));
    }

    private static async Task AskAsync(ReplicaControlClient control, int replica, int heir)
    {
        try
        {
            await control.TransferLeadershipAsync(replica, heir, CancellationToken.None);
        }
        catch (NotLeaderException)
        {
            // It led no longer, or never did.
            return;
        }
    }
}

/// <summary>The fault labs of all replicas; a replica that is down has none, and no fault either.</summary>
internal sealed class FaultLab(ReplicaControlClient control)
{
    private static readonly TimeSpan HealPatience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan HealPause = TimeSpan.FromMilliseconds(100);

    public async Task<bool> TryAsync(Func<ReplicaControlClient, Task> ask)
    {
        try
        {
            await ask(control);
            return true;
        }
        catch (ReplicaUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Heals every link of every replica that answers; true when all did.</summary>
    public async Task<bool> HealAsync()
    {
        bool[] all = await Task.WhenAll(control.Replicas.Select(id => TryAsync(c => c.HealLinksAsync(id, null, CancellationToken.None))));
        return all.All(healed => healed);
    }

    /// <summary>Heals everything; by now every replica is up, and one that is not is a finding.</summary>
    public async Task HealForGoodAsync(Findings findings, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await HealAsync())
        {
            if (Stopwatch.GetElapsedTime(start) > HealPatience)
            {
                findings.Add($"After the faults some replica does not answer: not all links could be healed within {HealPatience.TotalSeconds} s.");
                break;
            }

            await Task.Delay(HealPause, cancel);
        }

        await Task.WhenAll(control.Replicas.Select(id => TryAsync(c => c.ReviveAcceptorAsync(id, CancellationToken.None))));
    }
}

using System.Diagnostics;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Nemesis;

// A closed family: what the product's own fault lab does when it is asked to.

/// <summary>Messages are lost, in the directions that the step names.</summary>
internal sealed class CutFault(FaultLab lab) : Fault
{
    public override async Task<bool> RunAsync(FaultStep step, CancellationToken over)
    {
        bool[] cut = await Task.WhenAll(step.Lost.Select(CutAsync));
        await HoldAsync(step.Hold, over);
        await lab.HealAsync();
        return cut.All(isCut => isCut);
    }

    // On both sides: one that is restarted meanwhile has forgotten, and the partition would not be what it is called. Either side alone loses the messages.
    private async Task<bool> CutAsync(LostWay way)
    {
        bool[] sides = await Task.WhenAll(
            lab.TryAsync(c => c.CutLinkAsync(way.From, way.To, LinkDirection.To, CancellationToken.None)),
            lab.TryAsync(c => c.CutLinkAsync(way.To, way.From, LinkDirection.From, CancellationToken.None)));
        return sides.Contains(true);
    }
}

/// <summary>The links of a replica are slow.</summary>
internal sealed class DelayFault(FaultLab lab, IReadOnlyList<int> replicas) : Fault
{
    public override async Task<bool> RunAsync(FaultStep step, CancellationToken over)
    {
        var links = step.Victims.SelectMany(victim => replicas.Where(id => id != victim).Select(peer => (victim, peer)));
        bool[] slow = await Task.WhenAll(links.Select(link => lab.TryAsync(
            c => c.DelayLinkAsync(link.victim, link.peer, step.Slower, CancellationToken.None))));
        await HoldAsync(step.Hold, over);
        await lab.HealAsync();
        return slow.All(isSlow => isSlow);
    }
}

/// <summary>Acceptors lose what they hold in memory, are silent, and reload from disk.</summary>
internal sealed class AcceptorFault(FaultLab lab) : Fault
{
    public override async Task<bool> RunAsync(FaultStep step, CancellationToken over)
    {
        TimeSpan down = step.Hold < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : step.Hold;
        bool[] failed = await Task.WhenAll(step.Victims.Select(
            victim => lab.TryAsync(c => c.FailAcceptorAsync(victim, down, CancellationToken.None))));
        await HoldAsync(step.Hold, over);
        return failed.All(hasFailed => hasFailed);
    }
}

/// <summary>Leadership goes to another replica. Nobody knows who leads just then, if anybody: all are asked, and those that do not
/// lead refuse. One that is cut off or leads already takes nothing over.</summary>
internal sealed class TransferFault(FaultLab lab, IReadOnlyList<int> replicas) : Fault
{
    public override async Task<bool> RunAsync(FaultStep step, CancellationToken over)
    {
        int heir = step.Victims[0];
        bool[] gone = await Task.WhenAll(replicas.Where(id => id != heir).Select(id => AskAsync(id, heir)));
        return gone.Contains(true);
    }

    // Whether it led, and the other one leads now.
    private async Task<bool> AskAsync(int replica, int heir)
    {
        bool changed = false;
        await lab.TryAsync(async control =>
        {
            try
            {
                changed = await control.TransferLeadershipAsync(replica, heir, CancellationToken.None) is { Changed: true } report && report.Leader == heir;
            }
            catch (NotLeaderException)
            {
                // It led no longer, or never did.
                return;
            }
        });
        return changed;
    }
}

/// <summary>The fault labs of all replicas; a replica that is down has none, and no fault either.</summary>
internal sealed class FaultLab(ReplicaControlClient control)
{
    private static readonly TimeSpan HealPatience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan HealPause = TimeSpan.FromSeconds(1);

    // In a row, with a pause between.
    private const int RoundsWithNothingToHeal = 2;

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

    /// <summary>Heals everything; by now every replica is up, and one that is not is a finding. A call that was made while a replica stood still is served once it goes on, after the
    /// first heal perhaps: so it is healed until there was nothing to heal for a while.</summary>
    public async Task HealForGoodAsync(Findings findings, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        for (int whole = 0; whole < RoundsWithNothingToHeal;)
        {
            if (Stopwatch.GetElapsedTime(start) > HealPatience)
            {
                findings.Add($"After the faults not all links could be healed within {HealPatience.TotalSeconds} s: some replica does not answer, or some link is cut again and again.");
                return;
            }

            bool[] all = await Task.WhenAll(control.Replicas.Select(IsWholeAsync));
            whole = all.All(isWhole => isWhole) ? whole + 1 : 0;
            await Task.Delay(HealPause, cancel);
        }
    }

    // Heals a replica; whether there was nothing to heal.
    private async Task<bool> IsWholeAsync(int replica)
    {
        bool wasWhole = false;
        return await TryAsync(async control =>
        {
            LinkReport[] healed = await control.HealLinksAsync(replica, null, CancellationToken.None);
            AcceptorReport acceptor = await control.ReviveAcceptorAsync(replica, CancellationToken.None);
            wasWhole = healed.Length == 0 && !acceptor.Changed;
        }) && wasWhole;
    }
}

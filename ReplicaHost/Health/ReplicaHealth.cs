using PaxosWcf.Consensus;
using PaxosWcf.Replication;

namespace PaxosWcf.ReplicaHost.Health;

/// <summary>How a replica is, for whoever starts processes and spreads calls over them: two answers, each with a sentence. It asks nobody: it reads what the loop
/// publishes for any thread.</summary>
/// <param name="self">The replica.</param>
/// <param name="loop">Its loop.</param>
/// <param name="driver">Knows how it is.</param>
internal sealed class ReplicaHealth(ReplicaId self, ReplicaLoop loop, ReplicaDriver driver)
{
    /// <summary>So long ago the loop may have taken in a tick, at most: above what a flush of a busy disk takes, and several ticks of the longest.</summary>
    public static readonly TimeSpan TickAgeMax = TimeSpan.FromSeconds(5);

    /// <summary>Whether its loop runs. If not, nothing but another start helps.</summary>
    public (bool IsWell, string Sentence) Live() =>
        loop.Completion.IsCompleted ? (false, $"{self} has stopped.")
        : loop.SinceTick is var age && age > TickAgeMax ? (false, string.Create(null, $"{self} hangs: its loop took in no tick for {age.TotalSeconds:0} s."))
        : (true, $"{self} runs.");

    /// <summary>Whether it can answer writes and linearizable reads now, as far as it knows.</summary>
    public (bool IsWell, string Sentence) Ready()
    {
        if (Live() is { IsWell: false } hangs)
        {
            return hangs;
        }

        if (WhyNot() is { } reason)
        {
            return (false, $"{self} {reason}.");
        }

        return driver.Figures.Leader switch
        {
            null => (false, $"{self} knows no leader."),
            var leader when leader == self => (true, $"{self} leads."),
            var leader => (true, $"{self} follows {leader}."),
        };
    }

    private string? WhyNot() => driver switch
    {
        { Divergence: not null } => "is fenced: its state differs from that of a majority",
        { Figures.Standing: Standing.Fenced } => "is fenced: its disk is not the one that the cluster knows it by, or was set back",
        { Figures.Standing: Standing.NoMember } => "is fenced: it is no member of the cluster",
        { Figures.Standing: Standing.Asking } => "asks a majority whether its disk holds all that it said before its start",
        { Figures.FetchesState: true } => "fetches the state of another replica, for it was away for too long",
        _ => null,
    };
}

using PaxosWcf.Contracts;

namespace PaxosWcf.Simulator;

/// <summary>The connections between all clients and all replicas.</summary>
internal sealed class ClientLinks(SimulatedCluster cluster, ClientPlan plan)
{
    private const int WakeTimeMax = 50;

    private readonly Random _random = cluster.Streams.Of("client links");

    public ClientPlan Plan => plan;

    /// <summary>How calls are treated from now on.</summary>
    public ClientLinkOptions Options { get; set; } = plan.Links;

    /// <summary>Draws what becomes of a call.</summary>
    public CallFate Draw()
    {
        var dice = _random.Next(100);
        return dice < Options.RefusedPercent ? CallFate.Refused
            : dice < Options.RefusedPercent + Options.RequestLostPercent ? CallFate.RequestLost
            : dice < Options.RefusedPercent + Options.RequestLostPercent + Options.ReplyLostPercent ? CallFate.ReplyLost
            : CallFate.Carried;
    }

    /// <summary>Draws whether a client hears nothing of a connection that is lost.</summary>
    public bool DrawSilence() => _random.Next(100) < Options.SilentPercent;

    /// <summary>Draws how many bytes of changes an answer holds at most: in half of them one change, or two.</summary>
    public int DrawAnswerBytes() => _random.Next(2) == 0 ? 40 : StoreLimits.WatchBytesMax;

    /// <summary>Another thread of a replica's process goes on.</summary>
    public void Soon(Action action) => cluster.Time.After(_random.Next(WakeTimeMax), action);

    /// <summary>Something gets to the other end.</summary>
    public void Later(Action action) => cluster.Time.After(_random.Next(Options.DelayMax + 1), action);
}

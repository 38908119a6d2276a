using PaxosWcf.Consensus;
using PaxosWcf.Replication;

namespace PaxosWcf.Simulator;

/// <summary>What a simulated cluster is made of.</summary>
public sealed record ClusterOptions
{
    /// <summary>How many replicas there are.</summary>
    public int Replicas { get; init; } = 5;

    /// <summary>Patience and limits of each replica.</summary>
    public ConsensusOptions Consensus { get; init; } = new();

    /// <summary>What each replica keeps on its disk.</summary>
    public StorageOptions Storage { get; init; } = new();

    /// <summary>What the keys on a replica's disk may take, in bytes, before it refuses puts; 0: no limit.</summary>
    public long StoreBytesMax { get; init; }

    /// <summary>How the network behaves at the start.</summary>
    public NetworkOptions Network { get; init; } = NetworkOptions.Calm;

    /// <summary>Whether questions to a peer wait while a call is under way there, and leave merged, as they do in the host.</summary>
    public bool MergesMessages { get; init; }

    /// <summary>Whether a call of a lane, where messages are merged, ends when its answer arrives, as in the host, or is given up; if not, it ends soon after the question arrived.</summary>
    public bool AnswersEndCalls { get; init; }

    /// <summary>Whether an answer reaches only the process that asked, and no later start of it, as on the host; it does not say then which life of a disk it answers.</summary>
    public bool AnswersFindTheirCall { get; init; }

    /// <summary>A KiB of values, in question or answer, takes at most this long to come to a replica; each draws its own.</summary>
    public int KibTimeMax { get; init; }

    /// <summary>A replica's tick is this many percent faster or slower than it should be, at most.</summary>
    public int DriftPercentMax { get; init; }

    /// <summary>A flush takes at most this long; each draws its own time.</summary>
    public int FlushTimeMax { get; init; } = 20;

    /// <summary>Whether replicas take their disks for slow: whoever counts on nothing that is to be flushed is answered before.</summary>
    public bool FlushesSlowly { get; init; }

    /// <summary>An event waits at most this long for others to make a batch with.</summary>
    public int BatchTimeMax { get; init; } = 10;

    /// <summary>Events between two comparisons of whole states, which are costly.</summary>
    public int StepsPerStateCheck { get; init; } = 500;
}

/// <summary>How the network treats messages; times are thousandths of a tick.</summary>
public sealed record NetworkOptions
{
    /// <summary>Delivers all, once, soon; still not in order.</summary>
    public static readonly NetworkOptions Calm = new();

    /// <summary>Messages lost, in percent.</summary>
    public int LossPercent { get; init; }

    /// <summary>Messages delivered twice, in percent.</summary>
    public int DuplicatePercent { get; init; }

    /// <summary>Every message is under way for at least this long.</summary>
    public int DelayMin { get; init; } = 20;

    /// <summary>And at most this long.</summary>
    public int DelayMax { get; init; } = 200;

    /// <summary>Messages that take far longer than that, in percent.</summary>
    public int StragglePercent { get; init; }

    /// <summary>How long those take at most.</summary>
    public int StraggleMax { get; init; } = 40_000;
}

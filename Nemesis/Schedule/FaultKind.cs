namespace PaxosWcf.Nemesis;

/// <summary>What the nemesis does. The names, in lower case, are what <c>--only</c> takes.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL to one or two replicas, which stay down for a while.</summary>
    Kill,

    /// <summary>SIGSTOP to one or two replicas for longer than the others wait for a leader, then SIGCONT.</summary>
    Stop,

    /// <summary>SIGKILL to all five.</summary>
    Restart,

    /// <summary>The file system under one or two replicas is shut down without a flush; SIGKILL; its journal is replayed.</summary>
    Power,

    /// <summary>The same under all five at once.</summary>
    Blackout,

    /// <summary>fsync and fdatasync of one replica fail with EIO: it must stop. Then its power is cut.</summary>
    Fsync,

    /// <summary>One replica's disk has no room left: it must stop, or refuse to start.</summary>
    Full,

    /// <summary>The acceptors of one or two replicas fail and recover.</summary>
    Acceptor,

    /// <summary>What one replica sends, or what it should hear, is lost.</summary>
    OneWay,

    /// <summary>One or two replicas are cut off.</summary>
    Split,

    /// <summary>Each replica hears two others: all see a majority, no two the same.</summary>
    Ring,

    /// <summary>Two pairs that meet only in the fifth replica.</summary>
    Bridge,

    /// <summary>The links of one replica are slow.</summary>
    Delay,

    /// <summary>One or two replicas are stopped in order, one after the other, whoever leads handing over first; exit code 0.</summary>
    Roll,

    /// <summary>Whoever leads is asked to hand over to one replica.</summary>
    Transfer,

    /// <summary>SIGKILL to one replica, whose data directory is emptied; it starts fenced, and is readmitted.</summary>
    LostDisk,

    /// <summary>One member is replaced, under load, by another process with an empty disk at other addresses, and later by a third
    /// one at the first addresses again.</summary>
    Replace,

    /// <summary>The state of one replica is made wrong on its disk, as no checksum shows: it must fence itself and name the slots. Then its
    /// directory is emptied, and it is readmitted.</summary>
    Corrupt,

    /// <summary>The disk of one replica is set back to an image of some seconds ago, as by the snapshot of a machine: it must find out that it has
    /// forgotten what it said, and not vote until it is readmitted.</summary>
    SetBack,

    /// <summary>Under load a sixth replica is added, learns, and votes, and a member is taken out; later that one is added again with an empty
    /// disk, and the sixth taken out, so that the first five are the members.</summary>
    Members,

    /// <summary>A replica is started with the data directory of one that runs, and must refuse. Then two have each other's: they must be fenced, touch
    /// nothing of what is there, and vote again once each has its own.</summary>
    MixUp,
}

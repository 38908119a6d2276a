namespace PaxosWcf.Simulator;

/// <summary>What can be done to a simulated cluster. In a schedule the names are written in lower case with hyphens.</summary>
public enum FaultKind
{
    /// <summary>The processes are gone at once, with a part of what they had not flushed; later they start again.</summary>
    Crash,

    /// <summary>The power of the processes goes after so many more writes and messages: between persist and send, say.</summary>
    PowerCut,

    /// <summary>The next flush fails, and the replica has to stop; later it starts again.</summary>
    DiskError,

    /// <summary>A write of the store fails, with a flush or without, or a read of it, also where a client reads, and the replica has to stop; later it
    /// starts again. <see cref="Fault.Amount"/> says which write from now on, and below zero which read.</summary>
    StoreError,

    /// <summary>The processes are gone, and their disks are empty when they start again: another life. The operator readmits
    /// them. Only one disk at a time is lost.</summary>
    EmptyDisk,

    /// <summary>The disks go back to what they were when the fault began, where enough others remember more; then the
    /// replica must find out, and the operator readmits it.</summary>
    SetBackDisk,

    /// <summary>The process is gone, and in its state the record of one key is another one, one of those that were written last. Only one
    /// at a time, and where replicas compare their states: it must find out, and the operator gives it an empty disk.</summary>
    WrongState,

    /// <summary>The processes are gone, and others with empty disks start at other addresses; the operator replaces the members. With an
    /// <see cref="Fault.Amount"/> of 1 whoever was there goes on answering there, as no member any more. Where clients ask who the members
    /// are; the last replica stays where it is, so that everybody can ask one.</summary>
    Move,

    /// <summary>The operator takes the replicas out of the configuration, and later in again.</summary>
    TakeOut,

    /// <summary>A flush takes as long as <see cref="Fault.Amount"/> thousandths of a tick.</summary>
    SlowDisk,

    /// <summary>The processes stand still, as with SIGSTOP.</summary>
    Pause,

    /// <summary>A tick is so many percent longer than it should be, or shorter.</summary>
    Drift,

    /// <summary>The acceptors fail as the product's fault lab has them fail: silent, without memory, while the replica is up.</summary>
    Acceptor,

    /// <summary>Nothing passes between these replicas and the others.</summary>
    Split,

    /// <summary>Once an Accept leaves that carries a change of the members, its leader, or the leader and the first acceptor that is asked, is cut off from the others for <see cref="Fault.Amount"/>
    /// ticks; in half of the cases whoever leads when the links are whole again crashes. Each ballot once, as long as the fault lasts.</summary>
    StopSignSplit,

    /// <summary>What these replicas send is lost.</summary>
    Mute,

    /// <summary>What these replicas should hear is lost.</summary>
    Deaf,

    /// <summary>In a circle, each hears its two neighbours only: all see a majority, no two the same.</summary>
    Ring,

    /// <summary>Two halves that meet only in the last of these replicas.</summary>
    Bridge,

    /// <summary>Single links, each in one direction.</summary>
    Links,

    /// <summary>Messages are lost, doubled and late.</summary>
    Network,

    /// <summary>Clients' connections are refused and lost.</summary>
    Clients,

    /// <summary>No client can open a connection to these replicas.</summary>
    OutOfReach,

    /// <summary>The replicas are asked to hand their leadership over, to that of number <see cref="Fault.Amount"/> or, with 0,
    /// to nobody in particular. No harm, but a change of leader at any moment.</summary>
    Transfer,

    /// <summary>The processes are stopped as an operator stops them, handing leadership over first; later they start again.</summary>
    Stop,

    /// <summary>The operator restores, through consensus, a backup of what is there: all keys go and come back as they were, and
    /// nobody is served meanwhile.</summary>
    Restore,
}

using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;
using MemberReport = PaxosWcf.Contracts.MemberReport;

namespace PaxosWcf.Simulator;

/// <summary>One replica of a simulated cluster: the production driver over a memory store, with a process around it
/// that can crash, pause and start again.</summary>
public sealed class SimulatedReplica : IReplicaOutput
{
    private const int InboxMax = 4096;
    private const int StopTicksMax = 40;

    private readonly SimulatedCluster _cluster;
    private readonly SimulatedDisk _disk;
    private readonly Random _random;
    private readonly List<ReplicaEvent> _inbox = [];
    private readonly List<IOpenCall> _calls = [];
    private readonly Dictionary<Uri, MemberReport> _former = [];
    private readonly int _usualDriftPercent;
    private long _life;
    private long _busyUntil;
    private int _fuse;
    private bool _runPlanned;
    private bool _tickWaits;
    private bool _stops;

    internal SimulatedReplica(SimulatedCluster cluster, ReplicaId id)
    {
        _cluster = cluster;
        Id = id;
        Address = SimulatedAddresses.First(id);
        _disk = SimulatedDisk.Over(Store, UsePower, OnWritten, cluster.Options.FlushesSlowly);
        _random = cluster.Streams.Of("replica", id.Number);
        var drift = cluster.Options.DriftPercentMax;
        _usualDriftPercent = _random.Next(-drift, drift + 1);
        Quota = new SimulatedQuota(cluster, this);
        LeaveAlone();
    }

    /// <summary>Its name.</summary>
    public ReplicaId Id { get; }

    /// <summary>Where clients reach it.</summary>
    public Uri Address { get; private set; }

    /// <summary>How often another process took its place at another address.</summary>
    public int Moves { get; private set; }

    /// <summary>How often its disk was replaced by an empty one.</summary>
    public int DisksLost { get; private set; }

    /// <summary>What survives a crash.</summary>
    public MemoryStore Store { get; } = new();

    /// <summary>The production driver; null while the process is down.</summary>
    public ReplicaDriver? Driver { get; private set; }

    /// <summary>Whether the process stands still.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Which life of its disk it is.</summary>
    public Incarnation Incarnation => Driver?.Replica.Incarnation ?? Incarnation.First;

    /// <summary>Whether its process is there.</summary>
    public bool IsUp => Driver is not null;

    /// <summary>Whether it leads.</summary>
    public bool Leads => Driver?.Replica.Leading is not null;

    /// <summary>Whether no client can open a connection to it.</summary>
    public bool IsOutOfReach { get; set; }

    /// <summary>A flush takes at most this long now.</summary>
    public int FlushTimeMax { get; set; }

    /// <summary>How many percent longer than it should be a tick takes now.</summary>
    public int DriftPercent { get; set; }

    /// <summary>Counts the starts and ends of the process.</summary>
    internal long Life => _life;

    internal SimulatedDisk Disk => _disk;

    /// <summary>The limit on what its disk takes.</summary>
    internal SimulatedQuota Quota { get; }

    internal int UsualDriftPercent => _usualDriftPercent;

    /// <summary>Starts the process from what the store holds.</summary>
    public void Start()
    {
        _stops = false;
        if (IsUp)
        {
            return;
        }

        _cluster.Write($"[START] {Id}");
        var options = _cluster.Options.Consensus;
        try
        {
            var dice = new Random(_random.Next());
            Driver = Read(() => new ReplicaDriver(Id, _cluster.First, options, _disk, dice, this, _cluster.Options.Storage));
            _cluster.Checker.OnStarted(this);
            PlanTick(++_life);
            Quota.OnStarted();
        }
        catch (PowerCutException)
        {
            Crash();
        }
        catch (StoreFailedException)
        {
            Crash();
        }
    }

    /// <summary>The process is gone at once, and some of the un-flushed write sets with it.</summary>
    public void Crash()
    {
        _cluster.Write($"[CRASH] {Id}");
        End(unflushed => _random.Next(unflushed + 1));
    }

    /// <summary>The process is asked to hand its leadership over.</summary>
    /// <param name="to">The number of the replica that is to lead; 0: any.</param>
    /// <param name="over">Hears what came of it, if the process is still there then.</param>
    public void HandOver(int to, Action<HandOverResult>? over = null) => Post(new HandOverAsked(to == 0 ? null : new ReplicaId(to), result =>
    {
        _cluster.Write($"[HAND-OVER] {Id} {(result.Led ? "led" : "did not lead")}, {result.Leader?.ToString() ?? "nobody else"} leads");
        over?.Invoke(result);
    }));

    /// <summary>The process is asked to stop: it hands its leadership over, writes what the store lacks, and ends. One that stands
    /// still does not hear of it.</summary>
    public void Stop()
    {
        var life = _life;
        _stops = true;
        HandOver(to: 0, _ => _cluster.Time.After(0, () => StopInOrder(life)));
        _cluster.Time.After(StopTicksMax * VirtualTime.Tick, () => StopInOrder(life));
    }

    private void StopInOrder(long life)
    {
        if (life != _life || !_stops || IsPaused || Driver is not { } driver)
        {
            return;
        }

        try
        {
            Read(driver.Stop);
            _cluster.Write($"[STOP] {Id}");
            End(unflushed => unflushed);
        }
        catch (PowerCutException)
        {
            Crash();
        }
        catch (StoreFailedException)
        {
            Crash();
        }
    }

    private void End(Func<int, int> survives)
    {
        Driver = null;
        IsPaused = false;
        _life++;
        _fuse = 0;
        _tickWaits = false;
        _inbox.Clear();
        Store.Crash(survives);
        _disk.Reopen();
        _cluster.Wrong.OnCrashed(Id);
        _cluster.Network.Links?.OnEnded(Id);
        foreach (var call in _calls.ToArray())
        {
            call.OnConnectionLost();
        }

        _calls.Clear();
    }

    /// <summary>The process is gone, and its disk is an empty one: another life of it.</summary>
    public void LoseDisk()
    {
        Crash();
        Store.SetBack(new MemoryStore());
        ReplicaLog.Begin(Store, new Incarnation(_random.NextInt64(1, long.MaxValue)));
        _disk.Reclaim();
        DisksLost++;
        _cluster.Checker.OnDiskLost(Id);
        _cluster.Wrong.OnDiskLost(Id);
        _cluster.Write($"[DISK LOST] {Id}");
    }

    /// <summary>Another process takes its place, with an empty disk at another address.</summary>
    /// <param name="stays">Whether whoever was the replica goes on answering where it was. (It says nothing to other replicas.)</param>
    public void Move(bool stays)
    {
        if (stays)
        {
            _former[Address] = SimulatedAddresses.Report(Driver!.Replica.Configuration, Driver.Replica.Leader);
        }

        LoseDisk();
        Address = SimulatedAddresses.After(Id, ++Moves);
        _cluster.Write($"[MOVED] {Id} to {Address.Authority}{(stays ? ", and stays where it was" : "")}");
    }

    /// <summary>What somebody knows of the members who was this replica once, and still answers there; null: nobody does.</summary>
    internal MemberReport? FormerAt(Uri address) => _former.GetValueOrDefault(address);

    /// <summary>The process is gone, and its disk is as it was when the image was taken.</summary>
    public void SetDiskBack(MemoryStore image)
    {
        Crash();
        Store.SetBack(image);
        _disk.Reclaim();
        _cluster.Checker.OnDiskLost(Id);
        var recovered = new ReplicaLog(image.Image()).Recover(new KeyValueStateMachine(image).Numbers.AppliedThrough);
        _cluster.Write($"[DISK SET BACK] {Id} to start {recovered.Boot - 1}, promise {recovered.Acceptor.Promised}, learned through {recovered.LearnedThrough}, "
            + $"accepted {string.Join(' ', recovered.Acceptor.Accepted.Select(entry => $"{entry.Slot}:{entry.Ballot}"))}");
    }

    /// <summary>The power goes when the process has written or sent so many times more: in the middle of a batch.</summary>
    public void CrashSoon(int actions) => _fuse = actions;

    /// <summary>The power stays on after all.</summary>
    public void SparePower() => _fuse = 0;

    /// <summary>The next flush fails, and the replica has to stop.</summary>
    public void FailDisk() => _disk.FailsNext = true;

    /// <summary>The next flush does not fail after all.</summary>
    public void SpareDisk() => _disk.FailsNext = false;

    /// <summary>A write fails, with a flush or without, or a read, and the replica has to stop.</summary>
    /// <param name="operations">Which write from now on; below zero: which read.</param>
    public void FailStore(int operations) => _disk.FailSoon(operations);

    /// <summary>Nothing fails any more. Where a read has, and nothing was written since, the process would end with its next write, and ends now.</summary>
    public void SpareStore()
    {
        if (_disk.HasFailed)
        {
            Crash();
        }

        _disk.FailSoon(0);
    }

    /// <summary>Nothing is about to happen to it any more, and it is up.</summary>
    public void LeaveInPeace()
    {
        SparePower();
        SpareDisk();
        SpareStore();
        LeaveAlone();
        Start();
        Resume();
        SwitchAcceptor(up: true);
    }

    /// <summary>The process stands still, as with SIGSTOP.</summary>
    public void Pause()
    {
        if (!IsUp)
        {
            return;
        }

        _cluster.Write($"[PAUSE] {Id}");
        IsPaused = true;
    }

    /// <summary>The process goes on.</summary>
    public void Resume()
    {
        _cluster.Write($"[RESUME] {Id}");
        IsPaused = false;
        PlanRun();
    }

    /// <summary>The acceptor fails or comes back.</summary>
    public void SwitchAcceptor(bool up) => Post(new AcceptorSwitched(up, changed =>
        _cluster.Write($"[ACCEPTOR {(up ? "UP" : "DOWN")}] {Id}{(changed ? "" : " already")}")));

    void IReplicaOutput.Send(Envelope envelope)
    {
        UsePower();
        _cluster.Checker.OnSent(envelope);
        if (envelope.Message is ReadSnapshotReply { Snapshot: not 0 } && !_cluster.Wrong.MayGive(Id, envelope.To))
        {
            _cluster.Write($"[LOST] a chunk of the wrong state of {Id} to {envelope.To}");
            return;
        }

        if (envelope.Message is ReadSnapshotReply { Snapshot: not 0, Chunk: 0 })
        {
            // Whoever installs it must come to the very bytes.
            _cluster.Checker.CompareStates([this]);
        }

        _cluster.OnSending(envelope);
        _cluster.Network.Send(Lanes.Of(envelope.Message) is null ? envelope : _cluster.Named(envelope), FlushTime());
    }

    // Here answers wait for nothing anyway.
    void IReplicaOutput.OnFlushing()
    {
    }

    void IReplicaOutput.OnNote(Note note)
    {
        _cluster.Write($"[{Id}] {note}");
        if (note is Leads { Ballot: var ballot })
        {
            _cluster.Checker.OnLed(ballot);
        }
    }

    void IReplicaOutput.OnApplied(Slot slot, Value value) => _cluster.Checker.OnApplied(Id, slot, value);

    void IReplicaOutput.OnInstalled(Slot through)
    {
        // The process is in the midst of its batch, but those who read now are not the process.
        _disk.IsRead = false;
        _cluster.Checker.OnInstalled(this, through);
        _cluster.Wrong.OnInstalled(this, through);
        _cluster.Checker.CompareStates([this]);
        _disk.IsRead = true;
    }

    /// <summary>Puts an event into the replica's queue; false when there is no process or no room.</summary>
    internal bool Post(ReplicaEvent happened)
    {
        // Who gives up is heard even then: the host waits for room.
        if (!IsUp || (_inbox.Count >= InboxMax && happened is not (CommandGivenUp or ReadGivenUp)))
        {
            return false;
        }

        _inbox.Add(happened);
        PlanRun();
        return true;
    }

    /// <summary>The process reads its store, in its loop or elsewhere.</summary>
    /// <exception cref="StoreFailedException">The store fails.</exception>
    internal T Read<T>(Func<T> read)
    {
        _disk.IsRead = true;
        try
        {
            return read();
        }
        finally
        {
            _disk.IsRead = false;
        }
    }

    private void Read(Action run) => Read(() =>
    {
        run();
        return 0;
    });

    /// <summary>A client's connection is open until it ends; the end of the process ends it too.</summary>
    internal void Open(IOpenCall call) => _calls.Add(call);

    internal void Close(IOpenCall call) => _calls.Remove(call);

    private void LeaveAlone()
    {
        IsOutOfReach = false;
        FlushTimeMax = _cluster.Options.FlushTimeMax;
        DriftPercent = _usualDriftPercent;
    }

    private void PlanRun()
    {
        if (_runPlanned || IsPaused)
        {
            return;
        }

        _runPlanned = true;
        var wait = Math.Max(0, _busyUntil - _cluster.Time.Now) + _random.Next(_cluster.Options.BatchTimeMax + 1);
        _cluster.Time.After(wait, Run);
    }

    private void Run()
    {
        _runPlanned = false;
        if (Driver is not { } driver || IsPaused || (_inbox.Count == 0 && !driver.WaitsForCallers))
        {
            return;
        }

        var batch = _inbox.ToArray();
        _inbox.Clear();
        _tickWaits = false;
        _disk.Flushes = 0;
        try
        {
            Read(() => driver.Run(batch));
            _busyUntil = _cluster.Time.Now + FlushTime();
            CheckRun(driver);
            if (driver.WaitsForCallers)
            {
                PlanRun();
            }
        }
        catch (PowerCutException)
        {
            Crash();
        }
        catch (StoreFailedException)
        {
            Crash();
        }
    }

    // A replica that takes its state for wrong has applied more than it tells anybody of.
    private void CheckRun(ReplicaDriver driver)
    {
        if (driver.Divergence is null)
        {
            _cluster.Checker.OnRun(this);
        }

        _cluster.Wrong.OnRun(this);
    }

    private void OnWritten(WriteSet writes, bool durable)
    {
        _cluster.Checker.OnWritten(Id, Incarnation, writes, durable);
        if (durable)
        {
            _cluster.Wrong.OnFlushed(Id);
        }
    }

    private void PlanTick(long life)
    {
        _cluster.Fastest.Set(Id, DriftPercent);
        _cluster.Time.After(TickLength, () =>
        {
            if (life != _life)
            {
                return;
            }

            // As in the host's loop: a process that was busy or paused finds one tick waiting, not all that it missed.
            _tickWaits = _tickWaits || Post(TickPassed.Instance);
            PlanTick(life);
        });
    }

    private int TickLength => VirtualTime.Tick + (VirtualTime.Tick * DriftPercent / 100);

    private int FlushTime() => _disk.Flushes == 0 ? 0 : _random.Next(FlushTimeMax + 1);

    private void UsePower()
    {
        if (_fuse > 0 && --_fuse == 0)
        {
            throw new PowerCutException();
        }
    }
}

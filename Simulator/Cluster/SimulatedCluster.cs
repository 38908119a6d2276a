using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.Changes;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>A whole cluster in one thread, from one seed: production replicas over a simulated network, disk and clock.
/// Every step is checked for safety.</summary>
public sealed class SimulatedCluster
{
    private const int StepsPerLook = 20;

    private readonly ChangeFollower[] _followers;
    private readonly SimulatedReplica[] _replicas;
    private readonly string _repeat;
    private SimulationException? _failure;
    private int _operations;

    /// <summary>Makes a cluster and starts all its replicas.</summary>
    /// <param name="seed">Everything random comes from it.</param>
    /// <param name="replicas">How many replicas there are.</param>
    /// <param name="options">How they and their network behave.</param>
    /// <param name="repeat">How to see this run again, for the message of a failure.</param>
    public SimulatedCluster(int seed, int replicas = 5, ClusterOptions? options = null, string? repeat = null)
    {
        Seed = seed;
        Options = (options ?? new ClusterOptions()) with { Replicas = replicas };
        _repeat = repeat ?? $"new SimulatedCluster(seed: {seed}, replicas: {replicas}), and the same calls";
        Streams = new RandomStreams(seed);
        Random = Streams.Of("stories");
        Quorum = new Quorum(Enumerable.Range(1, replicas).Select(number => new ReplicaId(number)));
        First = Configuration.First(Quorum.Members.Select(id => (id, SimulatedAddresses.Text(SimulatedAddresses.First(id)))));
        Wrong = new WrongStates(this);
        Fastest = new FastestClock(() => Time.Now);
        Checker = new SafetyChecker(First, Options.Storage.HistoryRevisionsMax, Wrong, () => Fastest.Now, what => Fail(what, inner: null));
        Network = new SimulatedNetwork(Time, Streams.Of("network"), Trace, Options.Network, Deliver)
        {
            Links = Options.MergesMessages
                ? new SimulatedLinks(Time, Streams.Of("links"), Options.Consensus.MessageBytesMax, Leave) { AnswersEndCalls = Options.AnswersEndCalls }
                : null,
            KibTimes = KibTimes(),
        };
        _replicas = [.. Quorum.Members.Select(id => new SimulatedReplica(this, id))];
        Operator = new SimulatedOperator(this);
        _followers = [
            new ChangeFollower(this, "a follower of all keys", new ChangeFilter("", IsPrefix: true), Streams.Of("follower of all")),
            new ChangeFollower(this, "a follower of k1", new ChangeFilter("k1", IsPrefix: true), Streams.Of("follower of k1")),
        ];

        Restore = new SimulatedRestore(this);
        foreach (var replica in _replicas)
        {
            replica.Start();
        }
    }

    /// <summary>Everything random comes from it.</summary>
    public int Seed { get; }

    /// <summary>How the cluster is made.</summary>
    public ClusterOptions Options { get; }

    /// <summary>The links.</summary>
    public SimulatedNetwork Network { get; }

    /// <summary>What happened.</summary>
    public Trace Trace { get; } = new();

    /// <summary>The rules, and what they were held against.</summary>
    public SafetyChecker Checker { get; }

    /// <summary>The replicas, in order of their ids.</summary>
    public IReadOnlyList<SimulatedReplica> Replicas => _replicas;

    /// <summary>How many events have happened.</summary>
    public long Steps => Time.Steps;

    /// <summary>The time, in ticks.</summary>
    public long Ticks => Time.Now / VirtualTime.Tick;

    /// <summary>The replica that leads under the highest ballot; null when none does.</summary>
    public SimulatedReplica? Leader => _replicas.Where(replica => replica.Leads)
        .MaxBy(replica => replica.Driver!.Replica.Leading!.Ballot);

    /// <summary>Replicas whose state was made wrong on purpose; only these may take it for that, and they must.</summary>
    internal WrongStates Wrong { get; }

    internal RandomStreams Streams { get; }

    internal Random Random { get; }

    internal SimulationThread Thread { get; } = new();

    internal VirtualTime Time { get; } = new();

    /// <summary>The time as the fastest clock of the replicas has it.</summary>
    internal FastestClock Fastest { get; }

    /// <summary>Who sees to it that the members are as they should be.</summary>
    internal SimulatedOperator Operator { get; }

    /// <summary>Told of each message that a replica sends, before it leaves; for a fault that befalls particular ones.</summary>
    internal event Action<Envelope>? Sending;

    /// <summary>Who restores backups.</summary>
    internal SimulatedRestore Restore { get; }

    internal Quorum Quorum { get; }

    internal Configuration First { get; }

    /// <summary>A replica by its number, from 1 on.</summary>
    public SimulatedReplica Replica(int number) => _replicas[number - 1];

    /// <summary>Lets one thing happen.</summary>
    public void Step()
    {
        try
        {
            Time.Step();
        }
        catch (InvariantException error)
        {
            Fail(error.Message, error);
        }
        catch (Exception error) when (error is not SimulationException)
        {
            // The host takes it for the end of the replica.
            Fail($"{error.GetType().Name} came out of a step: {error}", error);
        }

        // What production code threw away: a task keeps its exceptions to itself.
        if (_failure is not null)
        {
            throw _failure;
        }

        if (Time.Steps % Options.StepsPerStateCheck == 0)
        {
            Checker.CompareStates(_replicas);
        }

        // They look on without being an event: a run is the same with them and without.
        if (Time.Steps % StepsPerLook == 0)
        {
            foreach (var follower in _followers)
            {
                if (follower.Draw() is { } replica)
                {
                    follower.ReadAt(replica);
                }
            }
        }
    }

    /// <summary>In peace those who follow the changes are told all of them, by whichever replica.</summary>
    internal void ConcludeFollowers(IEnumerable<ChangeFollower> others)
    {
        foreach (var follower in _followers.Concat(others))
        {
            follower.Conclude();
        }
    }

    /// <summary>Lets time pass.</summary>
    public void RunTicks(int ticks)
    {
        for (var end = Time.Now + ((long)ticks * VirtualTime.Tick); Time.Now < end;)
        {
            Step();
        }
    }

    /// <summary>Lets time pass until something holds; fails when that takes too long.</summary>
    public void RunUntil(Func<bool> condition, int ticksMax, string what)
    {
        for (var end = Time.Now + ((long)ticksMax * VirtualTime.Tick); !condition();)
        {
            if (Time.Now >= end)
            {
                Fail($"not within {ticksMax} ticks: {what}", inner: null, BrokenRule.Progress);
            }

            Step();
        }
    }

    /// <summary>Begins an operation at a replica.</summary>
    public Operation Begin(
        KeyValueCommand? command, string key, SimulatedReplica at, bool retries = true, bool pinned = false, int timeoutTicks = 60)
    {
        var operation = new Operation(this, command, key, timeoutTicks) { Retries = retries, IsPinned = pinned };
        operation.Begin(at);
        return operation;
    }

    /// <summary>A replica, any of them.</summary>
    public SimulatedReplica AnyReplica() => _replicas[Random.Next(_replicas.Length)];

    internal int NextOperation() => ++_operations;

    internal void OnSending(Envelope envelope) => Sending?.Invoke(envelope);

    internal void Write(string line) => Trace.Write(Time.Now, line);

    /// <summary>Everything of a simulation happens on one thread, in an order that the seed alone decides.</summary>
    internal void CheckThread()
    {
        if (!Thread.IsRight)
        {
            Fail("something ran on a thread of its own", inner: null, BrokenRule.Simulation);
        }
    }

    /// <summary>Ends the run: a rule is broken.</summary>
    [DoesNotReturn]
    internal void Fail(string what, Exception? inner, BrokenRule rule = BrokenRule.Safety)
    {
        var message = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"{what}")
            .AppendLine(CultureInfo.InvariantCulture, $"Seed {Seed}, step {Steps}, tick {Ticks}. To see it again: {_repeat}.")
            .AppendLine("The last that happened:");
        foreach (var line in Trace.Last)
        {
            message.AppendLine(CultureInfo.InvariantCulture, $"{line}");
        }

        _failure ??= new SimulationException(rule, what, Steps, Ticks, message.ToString(), inner);
        throw _failure;
    }

    private Dictionary<ReplicaId, int> KibTimes()
    {
        var dice = Streams.Of("rates");
        return Quorum.Members.ToDictionary(id => id, _ => dice.Next(3) == 0 ? dice.Next(Options.KibTimeMax + 1) : Options.KibTimeMax);
    }

    // It may be another message now than its sender's core has sent.
    private void Leave(Envelope merged, Action<bool> arrived)
    {
        Checker.OnSent(merged);
        Network.Carry(Named(merged), diskTime: 0, arrived);
    }

    /// <summary>A question with the name that its answer repeats.</summary>
    internal Envelope Named(Envelope question) => question with { Call = CallName.Of(question.Call, Replica(question.From.Number).Life) };

    private bool Deliver(Envelope envelope)
    {
        var replica = Replica(envelope.To.Number);
        if (!Options.AnswersFindTheirCall || Lanes.Of(envelope.Message) is not null)
        {
            return replica.Post(new Replication.MessageArrived(envelope));
        }

        return CallName.LifeOf(envelope.Call) == replica.Life && replica.Post(new Replication.MessageArrived(envelope with { Asker = null }));
    }
}

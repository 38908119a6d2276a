using System.ServiceModel;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Faults;
using PaxosWcf.ReplicaHost.Metrics;
using PaxosWcf.ReplicaHost.Tracing;
using PaxosWcf.ReplicaHost.Wire;

namespace PaxosWcf.ReplicaHost.Links;

/// <summary>The way to one other replica: its three services, one lane each for questions that must not wait for each
/// other. A call that fails is a lost message; an answer comes back as a message of the peer.</summary>
internal sealed class PeerLink : IAsyncDisposable
{
    private readonly ReplicaId _self;
    private readonly OwnIncarnation _incarnation;
    private readonly OwnPlace _place;
    private readonly ReplicaId _peer;
    private readonly ServersComparison _servers;
    private readonly LinkFaultLab _faults;
    private readonly ProtocolTrace _trace;
    private readonly CancellationTokenSource _closing;
    private readonly CancellationToken _stopping;
    private readonly PeerHealth _health;
    private readonly WorkMetrics _metrics;
    private readonly PeerChannel<IProposer> _proposer;
    private readonly PeerChannel<IProposer> _commands;
    private readonly PeerChannel<IAcceptor> _acceptor;
    private readonly PeerChannel<ILearner> _told;
    private readonly PeerChannel<ILearner> _missing;
    private readonly PeerChannel<ILearner> _chunks;
    private readonly PeerLane _heartbeats;
    private readonly PeerLane _proposals;
    private readonly PeerLane _reads;
    private readonly PeerLane _votes;
    private readonly PeerLane _learning;
    private readonly PeerLane _catchUps;
    private readonly PeerLane _snapshots;

    public PeerLink(
        ReplicaId self, OwnIncarnation incarnation, OwnPlace place, ReplicaId peer, Uri address, LinkSettings settings,
        Action<Envelope> arrived, ServersComparison servers, LinkFaultLab faults, ProtocolTrace trace, WorkMetrics metrics, ILogger logger, CancellationToken stopping)
    {
        _self = self;
        _incarnation = incarnation;
        _place = place;
        _peer = peer;
        _servers = servers;
        _faults = faults;
        _trace = trace;
        _metrics = metrics;
        _closing = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        stopping = _stopping = _closing.Token;
        _health = new PeerHealth(peer.Number, address, logger);
        var addressee = new Addressee(settings.Cluster, peer.Number);
        var (proposer, acceptor, learner) = (
            addressee.At(address, ServicePaths.Proposer), addressee.At(address, ServicePaths.Acceptor), addressee.At(address, ServicePaths.Learner));
        _proposer = new PeerChannel<IProposer>(proposer, settings);

        // A channel has one time-out for the calls that are under way: whoever gives its calls longer has a channel of its own.
        _commands = new PeerChannel<IProposer>(proposer, settings);
        _acceptor = new PeerChannel<IAcceptor>(acceptor, settings);
        _told = new PeerChannel<ILearner>(learner, settings);
        _missing = new PeerChannel<ILearner>(learner, settings);
        _chunks = new PeerChannel<ILearner>(learner, settings);
        var bytesMax = settings.MessageBytesMax;
        _heartbeats = LaneOf(Lane.Heartbeats, HeartbeatAsync);
        _proposals = LaneOf(Lane.Proposals, ProposeAsync);
        _reads = LaneOf(Lane.Reads, ReadIndexAsync);
        _votes = LaneOf(Lane.Votes, VoteAsync);
        _learning = LaneOf(Lane.Learning, LearnAsync);
        _catchUps = LaneOf(Lane.CatchUps, LearnAsync);
        _snapshots = LaneOf(Lane.Snapshots, ReadSnapshotAsync);

        PeerLane LaneOf(Lane lane, Func<Message, Task<Envelope?>> call) => new(Lanes.RulesOf(lane, bytesMax), call, arrived, stopping);
    }

    /// <summary>Whether the peer answers, as far as its last call tells.</summary>
    public bool Answers => _health.Answers;

    /// <summary>Sends a question; answers go back over the call that they answer.</summary>
    public void Send(Envelope envelope)
    {
        var lane = Lanes.Of(envelope.Message) switch
        {
            Lane.Heartbeats => _heartbeats,
            Lane.Proposals => _proposals,
            Lane.Reads => _reads,
            Lane.Votes => _votes,
            Lane.Learning => _learning,
            Lane.CatchUps => _catchUps,
            Lane.Snapshots => _snapshots,
            _ => throw new System.Diagnostics.UnreachableException($"a question of kind {envelope.Message.GetType().Name}"),
        };

        // What is chosen rides on an Accept that waits for its turn, where there is one.
        if (envelope.Message is not Learn || !_votes.TryRide(envelope.Message))
        {
            lane.Send(envelope.Message);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        foreach (var channel in new IDisposable[] { _proposer, _commands, _acceptor, _told, _missing, _chunks })
        {
            channel.Dispose();
        }

        foreach (var lane in new[] { _heartbeats, _proposals, _reads, _votes, _learning, _catchUps, _snapshots })
        {
            await lane.Completion;
            lane.Dispose();
        }

        _closing.Dispose();
    }

    private Task<Envelope?> HeartbeatAsync(Message message) => CallAsync(PeerOperation.Heartbeat, message, async () =>
    {
        var request = WireMapper.ToWire((Heartbeat)message, Sender, _place.Now, _servers.OwnHash);
        var reply = await _proposer.Get().HeartbeatAsync(request);
        if (!_faults.LosesFrom(_peer.Number))
        {
            _servers.OnHeard(_peer.Number, reply.ServersHash);
        }

        return Says(WireMapper.FromWire(reply), reply.Incarnation);
    });

    private Task<Envelope?> ProposeAsync(Message message) => CallAsync(message is Propose ? PeerOperation.Propose : PeerOperation.TakeOver, message, async () =>
    {
        var commands = _commands.Get(message);
        if (message is Propose propose)
        {
            return Says(WireMapper.FromWire(await commands.ProposeAsync(WireMapper.ToWire(propose, Sender))));
        }

        await commands.TakeOverAsync(WireMapper.ToWire((TakeOver)message, Sender));
        return null;
    });

    private Task<Envelope?> ReadIndexAsync(Message message) => CallAsync(PeerOperation.ReadIndex, message, async () =>
    {
        var reply = await _proposer.Get().ReadIndexAsync(WireMapper.ToWire((ReadIndex)message, Sender));
        return Says(WireMapper.FromWire(reply), reply.Incarnation);
    });

    private Task<Envelope?> VoteAsync(Message message) => message switch
    {
        Prepare prepare => CallAsync(PeerOperation.Prepare, message, async () =>
        {
            var reply = await _acceptor.Get(message).PrepareAsync(WireMapper.ToWire(prepare, Sender));
            return Says(WireMapper.FromWire(reply), reply.Incarnation);
        }),
        Recall recall => CallAsync(PeerOperation.Recall, message, async () =>
        {
            var reply = await _acceptor.Get(message).RecallAsync(WireMapper.ToWire(recall, Sender));
            return Says(WireMapper.FromWire(reply), reply.Incarnation);
        }),
        _ => CallAsync(PeerOperation.Accept, message, async () =>
        {
            var reply = await _acceptor.Get(message).AcceptAsync(WireMapper.ToWire((Accept)message, Sender));
            return Says(WireMapper.FromWire(reply), reply.Incarnation);
        }),
    };

    private Task<Envelope?> LearnAsync(Message message) => CallAsync(message is Learn ? PeerOperation.Learn : PeerOperation.CatchUp, message, async () =>
    {
        if (message is CatchUp catchUp)
        {
            return Says(WireMapper.FromWire(await _missing.Get(message).CatchUpAsync(WireMapper.ToWire(catchUp, Sender))));
        }

        await _told.Get(message).LearnAsync(WireMapper.ToWire((Learn)message, Sender));
        return null;
    });

    private Task<Envelope?> ReadSnapshotAsync(Message message) => CallAsync(PeerOperation.ReadSnapshot, message, async () =>
        Says(WireMapper.FromWire(await _chunks.Get(message).ReadSnapshotAsync(WireMapper.ToWire((ReadSnapshot)message, Sender)))));

    private Sender Sender => new(_self, _incarnation.Now);

    private Envelope Says(Message answer, long incarnation = 0) =>
        new(_peer, _self, answer) { Incarnation = new Incarnation(incarnation) };

    // Its answer; null: there is none, or it is lost, whatever the reason.
    private async Task<Envelope?> CallAsync(PeerOperation operation, Message message, Func<Task<Envelope?>> call)
    {
        using var activity = ReplicaActivities.Source.StartActivity(operation.Activity);
        var begun = 0L;
        try
        {
            await _faults.DelayAsync(_peer.Number, _stopping);
            if (_faults.LosesTo(_peer.Number))
            {
                _trace.Loses(_peer, message, "the link is cut");
                return null;
            }

            begun = _metrics.BeginPeerCall();
            var answer = await call();

            // Over here: what the answer brings about is no part of the call.
            activity?.Stop();
            _metrics.OnPeerCalled(begun, _peer.Number, operation.Name, "ok");
            _health.OnAnswered();
            if (_faults.LosesFrom(_peer.Number))
            {
                _trace.Loses(_peer, message, "the link is cut on the way back: what it answers is lost");
                return null;
            }

            return answer;
        }
        catch (FaultException fault) when (fault.Code.SubCode?.Name == Addressee.WrongReplicaCode)
        {
            // Somebody else is there: nothing will come of it before an address is mended.
            _metrics.OnPeerCalled(begun, _peer.Number, operation.Name, "elsewhere");
            _health.OnElsewhere(fault.Message);
            _trace.Loses(_peer, message, fault.Message);
        }
        catch (FaultException fault)
        {
            // It is there, and said no: its acceptor is down, or it has too much to do.
            _metrics.OnPeerCalled(begun, _peer.Number, operation.Name, "refused");
            _health.OnRefused(fault.Message);
            _trace.Loses(_peer, message, fault.Message);
        }
        catch (Exception error)
        {
            // Whatever it was, the message is lost, as messages may be; a lane that ended for it would never carry another.
            _metrics.OnPeerCalled(begun, _peer.Number, operation.Name, "lost");
            _health.OnLost(error);
            _trace.Loses(_peer, message, "no answer");
        }

        return null;
    }

    /// <summary>What is asked of a peer, as metrics and activities call it.</summary>
    private sealed record PeerOperation(string Name)
    {
        public static readonly PeerOperation Heartbeat = new(nameof(Heartbeat));
        public static readonly PeerOperation Propose = new(nameof(Propose));
        public static readonly PeerOperation TakeOver = new(nameof(TakeOver));
        public static readonly PeerOperation ReadIndex = new(nameof(ReadIndex));
        public static readonly PeerOperation Prepare = new(nameof(Prepare));
        public static readonly PeerOperation Recall = new(nameof(Recall));
        public static readonly PeerOperation Accept = new(nameof(Accept));
        public static readonly PeerOperation Learn = new(nameof(Learn));
        public static readonly PeerOperation CatchUp = new(nameof(CatchUp));
        public static readonly PeerOperation ReadSnapshot = new(nameof(ReadSnapshot));

        public string Activity { get; } = $"call {Name}";
    }
}

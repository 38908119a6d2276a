using System.Diagnostics;
using System.Threading.Channels;
using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>Brings clients' calls into the replica's loop and their answers back, each within a deadline.</summary>
internal sealed class StoreCalls(int replica, ReplicaLoop loop, RequestPatience patience)
{
    /// <summary>Has a command chosen and applied.</summary>
    /// <exception cref="System.ServiceModel.FaultException">It was refused, or its outcome is not known.</exception>
    public Task<CommandAnswer> SubmitAsync(KeyValueCommand command, CancellationToken disconnected)
    {
        var call = new CommandCall(loop.Replies);
        return SubmitAsync(new CommandSubmitted(command.Encode(), call), call, disconnected);
    }

    /// <summary>Has a change of the members chosen and applied.</summary>
    /// <exception cref="System.ServiceModel.FaultException">It was refused, or its outcome is not known.</exception>
    public async Task<ConfigurationDone> ChangeAsync(Consensus.MembershipChange change, CancellationToken disconnected)
    {
        var call = new CommandCall(loop.Replies);
        return (ConfigurationDone)await SubmitAsync(new ChangeRequested(change, call, call.OnRefused), call, disconnected);
    }

    private async Task<CommandAnswer> SubmitAsync(ReplicaEvent request, CommandCall call, CancellationToken disconnected)
    {
        var started = Stopwatch.GetTimestamp();
        Post(request);
        var (answer, refusal) = await InTimeAsync(call.Outcome, patience.NoQuorum, disconnected) ? await call.Outcome : await GoOnAsync(call, disconnected);
        return answer ?? throw (refusal switch
        {
            Refusal.NotExecuted => StoreFaults.NoQuorum(Stopwatch.GetElapsedTime(started)),
            Refusal.OutcomeUnknown => StoreFaults.OutcomeUnknown(Stopwatch.GetElapsedTime(started)),
            Refusal.Fenced => StoreFaults.ReplicaFenced(replica),
            Refusal.Overloaded => StoreFaults.Overloaded("PendingCommandsMax", new Consensus.ConsensusOptions().PendingCommandsMax),
            Refusal.OverloadedBytes => StoreFaults.Overloaded("PendingBytesMax", new Consensus.ConsensusOptions().PendingBytesMax),
            _ => new UnreachableException($"a refusal of kind {refusal}"),
        });
    }

    /// <summary>Waits until this replica's state reflects every write that was acknowledged before.</summary>
    /// <exception cref="System.ServiceModel.FaultException">No quorum confirmed it in time.</exception>
    public async Task ReadIndexAsync(CancellationToken disconnected)
    {
        var call = new ReadCall(loop.Replies);
        var started = Stopwatch.GetTimestamp();
        Post(new ReadRequested(call));
        if (!await InTimeAsync(call.Ready, patience.NoQuorum, disconnected))
        {
            await GiveUpAsync(call);
            throw StoreFaults.NoQuorum(Stopwatch.GetElapsedTime(started));
        }
    }

    /// <summary>A state that was found to be wrong is read by nobody.</summary>
    /// <exception cref="System.ServiceModel.FaultException">It was.</exception>
    public void CheckState(ReplicaDriver driver)
    {
        if (driver.Divergence is not null)
        {
            throw StoreFaults.ReplicaFenced(replica);
        }
    }

    /// <summary>What a restore has brought so far is no state that ever was.</summary>
    /// <exception cref="System.ServiceModel.FaultException">One is under way.</exception>
    public static void CheckRestore(ReplicaDriver driver)
    {
        if (driver.Machine.Restoring is var restore && restore != 0)
        {
            throw StoreFaults.Restoring(restore);
        }
    }

    /// <summary>The calls that begin until the result is disposed go to the loop together.</summary>
    public ReplicaLoop.Gathering Gather() => loop.Gather();

    // The loop says whether the command had left this replica: only it knows. One that has not is refused now, which is certain; else it may yet be chosen.
    private async Task<(CommandAnswer? Answer, Refusal Refusal)> GoOnAsync(CommandCall call, CancellationToken disconnected)
    {
        try
        {
            await loop.PostAsync(new CommandGivenUp(call, IfKept: true), CancellationToken.None);
            if (!await InTimeAsync(call.Outcome, patience.Whole - patience.NoQuorum, disconnected))
            {
                await loop.PostAsync(new CommandGivenUp(call), CancellationToken.None);
            }

            return await loop.AnswerAsync(call.Outcome);
        }
        catch (ChannelClosedException)
        {
            return (null, Refusal.OutcomeUnknown);
        }
    }

    private async Task GiveUpAsync(ReadCall call)
    {
        try
        {
            await loop.PostAsync(new ReadGivenUp(call), CancellationToken.None);
        }
        catch (ChannelClosedException)
        {
            // The replica stops, and forgets the read with everything else.
            return;
        }
    }

    private void Post(ReplicaEvent happened)
    {
        using var now = loop.Gather();
        if (!loop.TryPost(happened))
        {
            throw StoreFaults.Overloaded(nameof(ReplicaLoop.QueueMax), ReplicaLoop.QueueMax);
        }
    }

    // False when the deadline passed or the caller went away.
    private static async Task<bool> InTimeAsync(Task answered, TimeSpan time, CancellationToken disconnected)
    {
        try
        {
            await answered.WaitAsync(time, disconnected);
            return true;
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private sealed class CommandCall(ReplyQueue replies) : ICommandCaller, IThreadPoolWorkItem
    {
        private readonly TaskCompletionSource<(CommandAnswer? Answer, Refusal Refusal)> _outcome = new();
        private (CommandAnswer? Answer, Refusal Refusal) _told;
        private ChangeRefusal? _refusal;

        public Task<(CommandAnswer? Answer, Refusal Refusal)> Outcome => _outcome.Task;

        public void OnAnswer(CommandAnswer answer)
        {
            _told = (answer, default);
            replies.Add(this);
        }

        public void OnRefused(ChangeRefusal refusal)
        {
            _refusal = refusal;
            replies.Add(this);
        }

        public void OnRefused(Refusal refusal)
        {
            _told = (null, refusal);
            replies.Add(this);
        }

        void IThreadPoolWorkItem.Execute()
        {
            if (_refusal is not null)
            {
                _outcome.TrySetException(StoreFaults.ChangeRefused(_refusal));
            }
            else
            {
                _outcome.TrySetResult(_told);
            }
        }
    }

    private sealed class ReadCall(ReplyQueue replies) : IReadCaller, IThreadPoolWorkItem
    {
        private readonly TaskCompletionSource _ready = new();

        public Task Ready => _ready.Task;

        public void OnReady() => replies.Add(this);

        void IThreadPoolWorkItem.Execute() => _ready.TrySetResult();
    }
}

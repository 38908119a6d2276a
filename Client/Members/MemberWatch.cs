using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>Finds out who is in the cluster, and who leads where that matters: asks replicas in the background, with the first call, from
/// then on at intervals, and soon after an attempt failed. No call waits for it.</summary>
internal sealed class MemberWatch : IAsyncDisposable
{
    /// <summary>How many replicas are asked each time: one may not have heard that it was taken out.</summary>
    public const int Asked = 2;

    /// <summary>Attempts that fail make it ask at most this often.</summary>
    public static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly IChannelSource<IKeyValueStore> _channels;
    private readonly PaxosClientOptions _options;
    private readonly ReplicaRotation _rotation;
    private readonly Background _background;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly bool _isOn;
    private readonly RecentFailures _failures;
    private KnownMembers _known = KnownMembers.None;

    // The name that is meant, or the first that was heard: whoever has another knows nothing of this cluster.
    private string? _cluster;
    private ITimer? _timer;
    private long _lookedAt;
    private int _looks;

    public MemberWatch(
        IChannelSource<IKeyValueStore> channels, PaxosClientOptions options, ReplicaRotation rotation, Background background)
    {
        (_channels, _options, _rotation, _background, _time) = (channels, options, rotation, background, background.Time);
        _cluster = options.Cluster;
        _isOn = options.PinnedReplica is null && options.MembersInterval > TimeSpan.Zero;
        _failures = new RecentFailures(PaxosClientOptions.LeaderPause, _time);
    }

    private TimeSpan Interval => _options.PreferLeader && PaxosClientOptions.LeaderInterval < _options.MembersInterval
        ? PaxosClientOptions.LeaderInterval
        : _options.MembersInterval;

    /// <summary>Ends when nobody is being asked.</summary>
    public Task Look { get; private set; } = Task.CompletedTask;

    /// <summary>A call begins.</summary>
    public void OnCall()
    {
        // Every call comes by here: only the first has something to do.
        if (_isOn && Volatile.Read(ref _looks) == 0)
        {
            Begin();
        }
    }

    /// <summary>A replica failed an attempt: perhaps it is no member any more.</summary>
    public void OnAttemptFailed(ReplicaPlace place)
    {
        lock (_lock)
        {
            _failures.Note(place);
            if (_looks > 0 && _time.GetElapsedTime(_lookedAt) >= AfterFailure)
            {
                BeginLook();
            }
        }
    }

    /// <summary>Ends it; whoever is being asked need not answer any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        Task last;
        lock (_lock)
        {
            // Nothing begins after this: whoever takes the lock from now on sees that it is the end.
            last = Look;
        }

        if (_timer is { } timer)
        {
            await timer.DisposeAsync().ConfigureAwait(false);
        }

        await last.ConfigureAwait(false);
        _end.Dispose();
    }

    private void Begin()
    {
        lock (_lock)
        {
            if (_looks == 0 && !_end.IsCancellationRequested)
            {
                BeginLook();
                _timer = _time.CreateTimer(_ => OnTimer(), null, Interval, Interval);
            }
        }
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            BeginLook();
        }
    }

    // One at a time. Call it under the lock.
    private void BeginLook()
    {
        if (Look.IsCompleted && !_end.IsCancellationRequested)
        {
            int turn = _looks++;
            _lookedAt = _time.GetTimestamp();
            Look = _background.Begin(() => LookUntilTheEndAsync(turn));
        }
    }

    private async Task LookUntilTheEndAsync(int turn)
    {
        try
        {
            await LookAsync(turn).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The client is being disposed; nobody wants to know any more.
            return;
        }
        catch (Exception e)
        {
            // What no replica should answer. The next look is at another one, and nothing that waits for the end of this one may fail for it.
            Log.LookFailed(_options.Logger, e);
        }
    }

    private async Task LookAsync(int turn)
    {
        int answers = 0;
        int? leader = null;
        foreach (ReplicaPlace place in InTurn(turn))
        {
            if (await AskAsync(place).ConfigureAwait(false) is { } report)
            {
                Learn(report);
                leader ??= report.Leader;
                if (++answers == Asked)
                {
                    break;
                }
            }
        }

        if (_options.PreferLeader && leader is { } named)
        {
            await PreferAsync(named).ConfigureAwait(false);
        }
    }

    // Whoever is said to lead has to say so itself: it may lead no more, and it may be that only this client cannot reach it.
    private async Task PreferAsync(int leader)
    {
        if (_rotation.Places.FirstOrDefault(place => place.Replica == leader) is not { Address: not null } place
            || _rotation.Current == place
            || HasFailed(place)
            || await AskAsync(place).ConfigureAwait(false) is not { } report)
        {
            return;
        }

        Learn(report);
        if (report.Leader == leader && !HasFailed(place) && _rotation.MoveTo(place) is { } before)
        {
            Log.LeaderPreferred(_options.Logger, place, before);
        }
    }

    private bool HasFailed(ReplicaPlace place)
    {
        lock (_lock)
        {
            return _failures.Holds(place);
        }
    }

    // The one that calls go to first; then the others, beginning with another one each time.
    private IEnumerable<ReplicaPlace> InTurn(int turn)
    {
        ReplicaPlace first = _rotation.Current;
        ReplicaPlace[] others = [.. _rotation.Places.Where(place => place != first)];
        return [first, .. others.Skip(turn % Math.Max(1, others.Length)), .. others.Take(turn % Math.Max(1, others.Length))];
    }

    private async Task<MemberReport?> AskAsync(ReplicaPlace place)
    {
        try
        {
            IKeyValueStore channel = await _channels.OpenAsync(place, _end.Token).ConfigureAwait(false);
            MemberReport report = await Patience.WaitAsync(channel.MembersAsync(), _options.AttemptTimeout, _time, _end.Token).ConfigureAwait(false);
            return IsOfThisCluster(place, report) ? report : null;
        }
        catch (Exception e) when (AttemptFailure.Read(e, place.Replica, _options.AttemptTimeout) is { } failure)
        {
            Log.MembersNotTold(_options.Logger, place, failure.Sentence);
            return null;
        }
    }

    private bool IsOfThisCluster(ReplicaPlace place, MemberReport? report)
    {
        string? name = report?.Cluster;
        _cluster ??= name;
        if (name is null || name == _cluster)
        {
            return true;
        }

        Log.OtherCluster(_options.Logger, place, name, _cluster!);
        _rotation.MoveOnFrom(place);
        return false;
    }

    private void Learn(MemberReport report)
    {
        if (_known.Learn(report.Configuration, report.Members, _options) is not { } now)
        {
            return;
        }

        _known = now;
        Log.MembersLearned(_options.Logger, now.Configuration, string.Join(", ", now.Voters.Concat(now.Learners)));
        _rotation.Learn(now);
        _channels.KeepOnly(_rotation.Places);
    }
}

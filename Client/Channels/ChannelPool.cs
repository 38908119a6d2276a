using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>One factory and one channel for each replica, made once and kept: a factory a call would cost most of the
/// throughput.</summary>
/// <param name="options">Who takes the log.</param>
/// <param name="path">Where the service is, below a replica's client address.</param>
/// <param name="sendTimeout">How long one call may take.</param>
/// <param name="time">Passes before a channel is closed that calls may still be under way on.</param>
internal sealed class ChannelPool<TContract>(PaxosClientOptions options, string path, TimeSpan sendTimeout, TimeProvider time)
    : IChannelSource<TContract>
    where TContract : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ReplicaPlace, ReplicaChannel<TContract>> _channels = [];
    private readonly HashSet<Task> _closing = [];
    private readonly CancellationTokenSource _end = new();
    private volatile bool _isAbandoned;

    /// <summary>Places with a channel that is not about to be closed.</summary>
    public IReadOnlyCollection<ReplicaPlace> Places
    {
        get
        {
            lock (_lock)
            {
                return [.. _channels.Keys];
            }
        }
    }

    public Task<TContract> OpenAsync(ReplicaPlace place, CancellationToken cancel) => ChannelTo(place).OpenAsync(cancel);

    public void KeepOnly(IReadOnlyCollection<ReplicaPlace> places)
    {
        lock (_lock)
        {
            _closing.RemoveWhere(closing => closing.IsCompleted);
            foreach (ReplicaPlace gone in _channels.Keys.Except(places).ToArray())
            {
                _channels.Remove(gone, out ReplicaChannel<TContract>? channel);
                _closing.Add(CloseLaterAsync(gone, channel!));
            }
        }
    }

    public void Abandon() => _isAbandoned = true;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        Task[] closing;
        lock (_lock)
        {
            closing = [.. _closing, .. _channels.Values.Select(channel => channel.CloseAsync(_isAbandoned))];
        }

        await Task.WhenAll(closing).ConfigureAwait(false);
        _end.Dispose();
    }

    private ReplicaChannel<TContract> ChannelTo(ReplicaPlace place)
    {
        lock (_lock)
        {
            if (!_channels.TryGetValue(place, out ReplicaChannel<TContract>? channel))
            {
                ObjectDisposedException.ThrowIf(_end.IsCancellationRequested, this);
                _channels[place] = channel = new ReplicaChannel<TContract>(
                    place.Replica, new Uri(place.Address, path), WcfBindings.Client(sendTimeout, place.Address.Scheme), options.Credentials, options.Logger);
            }

            return channel;
        }
    }

    // Closing a channel cuts off the calls that are under way on it. None takes longer than the time-out.
    private async Task CloseLaterAsync(ReplicaPlace gone, ReplicaChannel<TContract> channel)
    {
        await Task.Delay(sendTimeout, time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await channel.CloseAsync(_isAbandoned).ConfigureAwait(false);
        Log.ChannelClosed(options.Logger, gone);
    }
}

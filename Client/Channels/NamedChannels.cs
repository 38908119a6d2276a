using System.Collections.Concurrent;
using System.ServiceModel;
using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>Channels to replicas of one cluster only: each place is asked for its cluster's name before it is called for the first time. A replica of an
/// earlier build, which does not tell, is believed.</summary>
/// <param name="inner">The channels themselves; disposed with this.</param>
/// <param name="meant">The cluster's name.</param>
/// <param name="options">How long a replica has to tell, and how many there are.</param>
/// <param name="time">The clock.</param>
internal sealed class NamedChannels(IChannelSource<IKeyValueStore> inner, string meant, PaxosClientOptions options, TimeProvider time)
    : IChannelSource<IKeyValueStore>
{
    private readonly ConcurrentDictionary<ReplicaPlace, Task> _asked = new();
    private readonly Lock _asking = new();
    private readonly ConcurrentDictionary<ReplicaPlace, string> _others = new();

    /// <exception cref="OtherClusterException">Another cluster answers there.</exception>
    public async Task<IKeyValueStore> OpenAsync(ReplicaPlace place, CancellationToken cancel)
    {
        IKeyValueStore channel = await inner.OpenAsync(place, cancel).ConfigureAwait(false);
        if (!_asked.TryGetValue(place, out Task? asked))
        {
            asked = AskAsync(place, channel);
        }

        if (!asked.IsCompletedSuccessfully)
        {
            await WaitAsync(place, asked, cancel).ConfigureAwait(false);
        }

        return channel;
    }

    public void KeepOnly(IReadOnlyCollection<ReplicaPlace> places)
    {
        foreach (ReplicaPlace gone in _asked.Keys.Except(places))
        {
            _asked.TryRemove(gone, out _);
        }

        inner.KeepOnly(places);
    }

    public void Abandon() => inner.Abandon();

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    // Callers that come together ask once.
    private Task AskAsync(ReplicaPlace place, IKeyValueStore channel)
    {
        lock (_asking)
        {
            return _asked.GetOrAdd(place, _ => RequireAsync(place, channel));
        }
    }

    // What failed is asked again with the next call: another process may answer there by then.
    private async Task WaitAsync(ReplicaPlace place, Task asked, CancellationToken cancel)
    {
        try
        {
            await asked.WaitAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            if (asked.IsFaulted)
            {
                _asked.TryRemove(KeyValuePair.Create(place, asked));
            }
        }
    }

    private async Task RequireAsync(ReplicaPlace place, IKeyValueStore channel)
    {
        MemberReport report;
        try
        {
            report = await Patience.WaitAsync(channel.MembersAsync(), Patience.OfAnAttempt(options), time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ActionNotSupportedException)
        {
            return;
        }

        if (report?.Cluster is { } name && name != meant)
        {
            _others[place] = name;
            throw new OtherClusterException(name, meant, isEverywhere: _others.Count >= options.Replicas.Count);
        }

        _others.TryRemove(place, out _);
    }
}

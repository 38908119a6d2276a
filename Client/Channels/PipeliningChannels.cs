using System.Collections.Concurrent;
using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>Channels whose concurrent calls share messages.</summary>
/// <param name="inner">The channels themselves; disposed with this.</param>
/// <param name="messagesMax">How many messages of a kind may be under way at once at one replica.</param>
/// <param name="time">The clock.</param>
/// <param name="majority">Told of replicas that waited for a majority in vain.</param>
internal sealed class PipeliningChannels(IChannelSource<IKeyValueStore> inner, int messagesMax, TimeProvider time, LostMajority majority)
    : IChannelSource<IKeyValueStore>
{
    private readonly ConcurrentDictionary<ReplicaPlace, CallLanes> _lanes = new();

    /// <summary>For one call: it tells of that alone.</summary>

    public async Task<IKeyValueStore> OpenAsync(ReplicaPlace place, CancellationToken cancel)
    {
        IKeyValueStore channel = await inner.OpenAsync(place, cancel).ConfigureAwait(false);
        return new PipeliningStore(LanesOf(place, channel));
    }

    public void KeepOnly(IReadOnlyCollection<ReplicaPlace> places)
    {
        foreach (ReplicaPlace gone in _lanes.Keys.Except(places))
        {
            _lanes.TryRemove(gone, out _);
        }

        inner.KeepOnly(places);
    }

    public void Abandon() => inner.Abandon();

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private CallLanes LanesOf(ReplicaPlace place, IKeyValueStore channel)
    {
        if (_lanes.TryGetValue(place, out CallLanes? usual) && ReferenceEquals(usual.Channel, channel))
        {
            return usual;
        }

        // A channel that was replaced takes its lanes with it: what is under way in them ends there.
        return _lanes.AddOrUpdate(
            place,
            _ => Make(place, channel),
            (_, known) => ReferenceEquals(known.Channel, channel) ? known : Make(place, channel));
    }

    private CallLanes Make(ReplicaPlace place, IKeyValueStore channel) =>
        new(channel, messagesMax, time, waited => majority.Note(place.Replica, waited));
}

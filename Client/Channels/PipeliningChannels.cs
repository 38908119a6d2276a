using System.Collections.Concurrent;
using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>Channels whose concurrent calls share messages.</summary>
/// <param name="inner">The channels themselves; disposed with this.</param>
/// <param name="messagesMax">How many messages of a kind may be under way at once at one replica.</param>
internal sealed class PipeliningChannels(IChannelSource<IKeyValueStore> inner, int messagesMax) : IChannelSource<IKeyValueStore>
{
    private readonly ConcurrentDictionary<ReplicaPlace, PipeliningStore> _stores = new();

    public async Task<IKeyValueStore> OpenAsync(ReplicaPlace place, CancellationToken cancel)
    {
        IKeyValueStore channel = await inner.OpenAsync(place, cancel);

        if (_stores.TryGetValue(place, out PipeliningStore? usual) && ReferenceEquals(usual.Channel, channel))
        {
            return usual;
        }

        // A channel that was replaced takes its lanes with it: what is under way in them ends there.
        return _stores.AddOrUpdate(
            place,
            _ => new PipeliningStore(channel, messagesMax),
            (_, known) => ReferenceEquals(known.Channel, channel) ? known : new PipeliningStore(channel, messagesMax));
    }

    public void KeepOnly(IReadOnlyCollection<ReplicaPlace> places)
    {
        foreach (ReplicaPlace gone in _stores.Keys.Except(places))
        {
            _stores.TryRemove(gone, out _);
        }

        inner.KeepOnly(places);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}

using System.Globalization;
using System.ServiceModel;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>The leases of a <see cref="FakeCluster"/>; they end when a test says so.</summary>
internal sealed class FakeLeases(FakeCluster cluster)
{
    private readonly SortedDictionary<string, (int Seconds, long Renewals, SortedSet<string> Keys)> _leases = new(StringComparer.Ordinal);
    private int _granted;

    /// <summary>The names of those that live.</summary>
    public IReadOnlyList<string> Names => [.. _leases.Keys];

    public LeaseReply Grant(int seconds)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{++_granted:x}-0-0123456789abcdef");
        _leases[name] = (seconds, 0, new SortedSet<string>(StringComparer.Ordinal));
        return new LeaseReply { LeaseId = name, TimeToLiveSeconds = seconds, Slot = cluster.Revision };
    }

    /// <summary>Somebody's lease, under this name.</summary>
    public void Let(string name) => _leases[name] = (60, 0, new SortedSet<string>(StringComparer.Ordinal));

    public LeaseReply Renew(string name)
    {
        var lease = Find(name);
        _leases[name] = lease with { Renewals = lease.Renewals + 1 };
        return new LeaseReply { LeaseId = name, TimeToLiveSeconds = lease.Seconds, Slot = cluster.Revision };
    }

    public RevokeLeaseReply End(string name)
    {
        bool found = _leases.Remove(name, out var lease);
        foreach (string key in found ? lease.Keys : [])
        {
            cluster.Delete(key);
        }

        return new RevokeLeaseReply { Found = found, KeysRemoved = found ? lease.Keys.Count : 0, Revision = cluster.Revision, Slot = cluster.Revision };
    }

    public GetLeaseReply Get(string name) => _leases.TryGetValue(name, out var lease)
        ? new GetLeaseReply
        {
            Found = true,
            TimeToLiveSeconds = lease.Seconds,
            Renewals = lease.Renewals,
            Keys = [.. lease.Keys],
            AppliedThrough = cluster.Revision,
        }
        : new GetLeaseReply { Found = false, AppliedThrough = cluster.Revision };

    /// <summary>At most two in an answer.</summary>
    public LeasesReply List(string? from)
    {
        var listed = _leases.Where(lease => string.CompareOrdinal(lease.Key, from ?? "") >= 0).Take(3).ToArray();
        return new LeasesReply
        {
            Leases = [.. listed.Take(2).Select(lease => new LeaseSummary
            {
                LeaseId = lease.Key,
                TimeToLiveSeconds = lease.Value.Seconds,
                Renewals = lease.Value.Renewals,
                Keys = lease.Value.Keys.Count,
            })],
            Next = listed.Length > 2 ? listed[2].Key : null,
            AppliedThrough = cluster.Revision,
        };
    }

    /// <summary>A key was put: it is this lease's now, or nobody's.</summary>
    public void Attach(string key, string? name)
    {
        foreach (var lease in _leases.Values)
        {
            lease.Keys.Remove(key);
        }

        if (name is not null)
        {
            Find(name).Keys.Add(key);
        }
    }

    private (int Seconds, long Renewals, SortedSet<string> Keys) Find(string name) => _leases.TryGetValue(name, out var lease)
        ? lease
        : throw new FaultException<LeaseNotFoundFault>(new LeaseNotFoundFault { LeaseId = name }, "a sentence");
}

using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>One session of the store: numbers this client's mutations, and knows which of them are finished.</summary>
internal sealed class MutationSession(string name)
{
    private readonly Lock _lock = new();
    private readonly SortedSet<long> _underWay = [];
    private long _last;

    public string Name => name;

    /// <summary>Numbers a new mutation; hand the number to <see cref="Finish"/> when its caller has an answer.</summary>
    /// <returns>False when the session has no more numbers: with another one the store might forget the answer to the oldest mutation
    /// that is under way.</returns>
    public bool TryBegin(out long sequence)
    {
        lock (_lock)
        {
            if (_underWay.Count > 0 && _last + 1 - _underWay.Min >= StoreLimits.SessionAnswersMax)
            {
                sequence = 0;
                return false;
            }

            _underWay.Add(sequence = ++_last);
            return true;
        }
    }

    public void Finish(long sequence)
    {
        lock (_lock)
        {
            _underWay.Remove(sequence);
        }
    }

    /// <summary>What a mutation carries. Everything below the oldest one that is under way will never be asked about
    /// again, so the store may forget it.</summary>
    public RequestIdentity Identify(long sequence)
    {
        lock (_lock)
        {
            long through = (_underWay.Count == 0 ? _last + 1 : _underWay.Min) - 1;
            return new RequestIdentity { Session = name, Sequence = sequence, AcknowledgedThrough = through };
        }
    }
}

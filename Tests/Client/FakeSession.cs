using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Tests.Client;

/// <summary>The answers that a <see cref="FakeCluster"/> keeps for one session, by the rule of the store.</summary>
internal sealed class FakeSession
{
    private readonly SortedDictionary<long, object> _answers = [];
    private long _acknowledged;

    /// <summary>The answer of a mutation, which is executed the first time; null when its answer is forgotten.</summary>
    public object? TryOnce(RequestIdentity identity, Func<object> apply)
    {
        Acknowledge(Math.Min(identity.AcknowledgedThrough, identity.Sequence - 1));
        if (identity.Sequence <= _acknowledged)
        {
            return null;
        }

        if (!_answers.TryGetValue(identity.Sequence, out object? answer))
        {
            _answers[identity.Sequence] = answer = apply();
            if (_answers.Count > StateMachineLimits.AnswersPerSessionMax)
            {
                Acknowledge(_answers.First().Key);
            }
        }

        return answer;
    }

    private void Acknowledge(long through)
    {
        _acknowledged = Math.Max(_acknowledged, through);
        foreach (long sequence in _answers.Keys.TakeWhile(sequence => sequence <= _acknowledged).ToArray())
        {
            _answers.Remove(sequence);
        }
    }
}

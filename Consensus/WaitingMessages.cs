namespace PaxosWcf.Consensus;

/// <summary>The questions of one lane that wait for a call to one peer, and how many calls are under way. It makes no call itself: whoever owns it does, and
/// takes the next message when a call is over.</summary>
/// <remarks>For one thread at a time.</remarks>
public sealed class WaitingMessages(LaneRules rules)
{
    private readonly LinkedList<Message> _queue = [];
    private int _underWay;

    // Where one call is made at a time: what it brings.
    private Message? _current;

    /// <summary>Whether no call is under way.</summary>
    public bool IsIdle => _underWay == 0;

    /// <summary>A message waits, as far as nobody has said the same; where too many do, the oldest is lost.</summary>
    /// <returns>Whether a turn begins: <see cref="Take"/> says what to call with, now and after each call, until it has nothing more.</returns>
    public bool Add(Message message)
    {
        for (var at = _queue.First; at is not null;)
        {
            var waiting = at;
            at = at.Next;
            if (rules.IsOver(waiting.Value, message))
            {
                _queue.Remove(waiting);
            }
        }

        if (Unsaid(message) is not { } left)
        {
            return false;
        }

        message = left;
        if (_queue.Count == rules.QueueMax)
        {
            _queue.RemoveFirst();
        }

        _queue.AddLast(message);
        if (_underWay == rules.CallsMax)
        {
            return false;
        }

        _underWay++;
        return true;
    }

    /// <summary>What is chosen rides on the last Accept that waits here. False when none waits, or it cannot.</summary>
    public bool TryRide(Message learn)
    {
        if (_queue.Last is not { } last || Merging.Ride(last.Value, learn) is not { } merged)
        {
            return false;
        }

        last.Value = merged;
        return true;
    }

    /// <summary>The next message of a turn: the oldest, and what follows it as far as they go together. Null when nothing is left: the turn is
    /// over, and the next message begins another.</summary>
    public Message? Take()
    {
        if (_queue.First is not { } first)
        {
            _underWay--;
            _current = null;
            return null;
        }

        var message = first.Value;
        _queue.RemoveFirst();
        while (_queue.First is { } next && rules.Merge(message, next.Value) is { } merged)
        {
            _queue.RemoveFirst();
            message = merged;
        }

        _current = rules.CallsMax == 1 ? message : null;
        return message;
    }

    private Message? Unsaid(Message message)
    {
        var left = _current is { } current ? rules.LeaveOut(current, message) : message;
        for (var at = _queue.First; left is not null && at is not null; at = at.Next)
        {
            left = rules.LeaveOut(at.Value, left);
        }

        return left;
    }

    /// <summary>Nothing that waits will leave.</summary>
    public void Clear() => _queue.Clear();
}

using PaxosWcf.Consensus;
using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Tracing;

/// <summary>What the replica does, message by message, for an operator who watches it: kept while somebody asks, and only then.</summary>
/// <remarks>While nobody does, one field is read for each message. The replica's loop tells it, and whatever else logs; any thread may ask.</remarks>
internal sealed class ProtocolTrace
{
    /// <summary>How many events are kept; the oldest goes first. With some hundred bytes each, about two mebibytes.</summary>
    public const int EventsMax = 8192;

    /// <summary>Most events of one answer.</summary>
    public const int ReplyEventsMax = 2048;

    /// <summary>Longest text of an event, in characters: an Accept of a thousand commands names each of them.</summary>
    public const int TextLengthMax = 256;

    /// <summary>After so long without a question nothing is kept any more.</summary>
    public static readonly TimeSpan UnaskedMax = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly Queue<TraceEvent> _kept = [];
    private readonly TimeProvider _time;
    private readonly int _replica;
    private volatile bool _isOn;
    private long _askedAt;
    private long _next;

    /// <summary>Makes one that keeps nothing yet.</summary>
    /// <param name="replica">The replica's id.</param>
    /// <param name="time">Whose clock the events are stamped with.</param>
    public ProtocolTrace(int replica, TimeProvider time)
    {
        (_replica, _time) = (replica, time);

        // Above any number of an earlier process, so that a reader notices the restart.
        _next = time.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
    }

    /// <summary>Whether events are kept at present.</summary>
    public bool IsOn => _isOn;

    /// <summary>A message is sent.</summary>
    public void Sends(Envelope envelope)
    {
        if (_isOn)
        {
            Keep(TraceEventKind.Sends, envelope.To.Number, envelope.Message.GetType().Name, envelope.Message.ToString());
        }
    }

    /// <summary>A message that was sent did not arrive, or was not taken: as far as can be told here.</summary>
    public void Loses(ReplicaId to, Message message, string why)
    {
        if (_isOn)
        {
            Keep(TraceEventKind.Sends, to.Number, message.GetType().Name, message.ToString(), why);
        }
    }

    /// <summary>A chosen value is applied.</summary>
    public void Applies(Slot slot, Value value)
    {
        if (_isOn)
        {
            Keep(TraceEventKind.Applies, to: null, message: null, $"slot {slot} {value}");
        }
    }

    /// <summary>Something worth a line in the log happens.</summary>
    public void Says(string line)
    {
        if (_isOn)
        {
            Keep(TraceEventKind.Says, to: null, message: null, line);
        }
    }

    /// <summary>Answers with what is kept from an event on, and has what comes kept.</summary>
    /// <param name="from">The number of the first event; 0: the one that comes next.</param>
    public TraceReply Read(long from)
    {
        lock (_lock)
        {
            var wasOn = _isOn;
            _askedAt = _time.GetTimestamp();
            _isOn = true;
            var first = _kept.TryPeek(out var oldest) ? oldest.Number : _next;
            var begin = from == 0 ? _next : from;
            TraceEvent[] events = begin < _next ? [.. _kept.Skip((int)Math.Max(0, begin - first)).Take(ReplyEventsMax)] : [];
            return new TraceReply
            {
                ReplicaId = _replica,
                Events = events,
                Next = events.Length > 0 ? events[^1].Number + 1 : _next,
                HasGap = from != 0 && (!wasOn || begin < first || begin > _next),
                CompleteUntil = events.Length == ReplyEventsMax ? events[^1].At : _time.GetUtcNow().UtcDateTime,
            };
        }
    }

    private static string Short(string text) => text.Length <= TextLengthMax ? text : text[..(TextLengthMax - 1)] + "…";

    private void Keep(TraceEventKind kind, int? to, string? message, string text, string? lost = null)
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_askedAt) > UnaskedMax)
            {
                _isOn = false;
                _kept.Clear();
                _kept.TrimExcess();
                return;
            }

            if (_kept.Count == EventsMax)
            {
                _kept.Dequeue();
            }

            _kept.Enqueue(new TraceEvent
            {
                Number = _next++,
                At = _time.GetUtcNow().UtcDateTime,
                Kind = kind,
                To = to,
                Message = message,
                Text = Short(text),
                Lost = lost is null ? null : Short(lost),
            });
        }
    }
}

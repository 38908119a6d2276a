using System.Buffers.Binary;
using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>The sessions of clients, with the answers they may ask for again (Raft thesis, section 6.3). Part of the
/// replicated state: it decides only by what is in the log, and travels with it.</summary>
/// <remarks>Records: 's' + name → format version (1 byte), acknowledged-through (8), last use (8);
/// 'a' + name + 0 + sequence (8, big-endian) → the answer.</remarks>
internal sealed class SessionTable
{
    private const byte FormatVersion = 1;
    private const byte SessionPrefix = (byte)'s';
    private const byte AnswerPrefix = (byte)'a';

    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, Session> _byLastUse = [];
    private long _uses;

    /// <summary>Loads the table.</summary>
    public SessionTable(IReplicaStore store)
    {
        foreach (var (key, record) in store.Scan(StoreFamily.Sessions, [SessionPrefix], [SessionPrefix + 1]))
        {
            LoadSession(Encoding.UTF8.GetString(key.AsSpan(1)), record);
        }

        foreach (var (key, record) in store.Scan(StoreFamily.Sessions, [AnswerPrefix], [AnswerPrefix + 1]))
        {
            var name = Encoding.UTF8.GetString(key.AsSpan(1, key.Length - 10));
            Invariant.Holds(_sessions.ContainsKey(name), "a kept answer belongs to a session");
            _sessions[name].Answers[BinaryPrimitives.ReadInt64BigEndian(key.AsSpan(key.Length - 8))] = CommandAnswer.Decode(record);
        }
    }

    /// <summary>How many sessions there are.</summary>
    public int Count => _sessions.Count;

    /// <summary>Opens a session under a name that was never used before.</summary>
    public void Open(string name, WriteSet writes)
    {
        if (_sessions.Count >= StateMachineLimits.SessionsMax)
        {
            Forget(_byLastUse.First().Value, writes);
        }

        var session = new Session { Name = name };
        _sessions.Add(name, session);
        Use(session, writes);
    }

    /// <summary>Whether this request is to be executed. If not, <paramref name="answer"/> is what the client hears.</summary>
    public bool Admit(ClientIdentity identity, WriteSet writes, out CommandAnswer answer)
    {
        answer = new SessionForgotten();
        if (!_sessions.TryGetValue(identity.Session, out var session))
        {
            return false;
        }

        // A client cannot acknowledge the answer that it is asking for.
        Acknowledge(session, Math.Min(identity.AcknowledgedThrough, identity.Sequence - 1), writes);
        Use(session, writes);
        if (identity.Sequence <= session.AcknowledgedThrough)
        {
            return false;
        }

        if (session.Answers.TryGetValue(identity.Sequence, out var kept))
        {
            answer = kept;
            return false;
        }

        return true;
    }

    /// <summary>Keeps the answer of a request that was executed.</summary>
    public void Keep(ClientIdentity identity, CommandAnswer answer, WriteSet writes)
    {
        var session = _sessions[identity.Session];
        session.Answers.Add(identity.Sequence, answer);
        writes.Put(StoreFamily.Sessions, AnswerKey(session.Name, identity.Sequence), answer.Encode());
        if (session.Answers.Count > StateMachineLimits.AnswersPerSessionMax)
        {
            Acknowledge(session, session.Answers.First().Key, writes);
            WriteSession(session, writes);
        }
    }

    private static void Acknowledge(Session session, long through, WriteSet writes)
    {
        if (through <= session.AcknowledgedThrough)
        {
            return;
        }

        session.AcknowledgedThrough = through;
        while (session.Answers.Count > 0 && session.Answers.First().Key is var sequence && sequence <= through)
        {
            session.Answers.Remove(sequence);
            writes.Delete(StoreFamily.Sessions, AnswerKey(session.Name, sequence));
        }
    }

    private void Use(Session session, WriteSet writes)
    {
        _byLastUse.Remove(session.LastUse);
        session.LastUse = ++_uses;
        _byLastUse.Add(session.LastUse, session);
        WriteSession(session, writes);
    }

    private void Forget(Session session, WriteSet writes)
    {
        Acknowledge(session, long.MaxValue, writes);
        _sessions.Remove(session.Name);
        _byLastUse.Remove(session.LastUse);
        writes.Delete(StoreFamily.Sessions, SessionKey(session.Name));
    }

    private void LoadSession(string name, byte[] record)
    {
        Invariant.Holds(record.Length == 17 && record[0] == FormatVersion, "a session's record is readable");
        var session = new Session
        {
            Name = name,
            AcknowledgedThrough = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(1)),
            LastUse = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(9)),
        };
        _sessions.Add(name, session);
        _byLastUse.Add(session.LastUse, session);
        _uses = Math.Max(_uses, session.LastUse);
    }

    private static void WriteSession(Session session, WriteSet writes)
    {
        var record = new byte[17];
        record[0] = FormatVersion;
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(1), session.AcknowledgedThrough);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(9), session.LastUse);
        writes.Put(StoreFamily.Sessions, SessionKey(session.Name), record);
    }

    private static byte[] SessionKey(string name) => [SessionPrefix, .. Encoding.UTF8.GetBytes(name)];

    private static byte[] AnswerKey(string name, long sequence)
    {
        byte[] key = [AnswerPrefix, .. Encoding.UTF8.GetBytes(name), 0, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(key.Length - 8), sequence);
        return key;
    }

    private sealed class Session
    {
        public required string Name { get; init; }

        public long AcknowledgedThrough { get; set; }

        public long LastUse { get; set; }

        public SortedDictionary<long, CommandAnswer> Answers { get; } = [];
    }
}

using PaxosWcf.Consensus;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>The sessions of clients, with the answers they may ask for again (Raft thesis, section 6.3). Part of the
/// replicated state: it decides only by what is in the log, and travels with it.</summary>
internal sealed class SessionTable
{
    private readonly long _answerBytesMax;
    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private readonly LinkedList<Session> _byLastUse = [];
    private readonly List<Session> _touched = [];
    private readonly List<Session> _forgotten = [];
    private long _uses;
    private long _answerBytes;

    /// <summary>Loads the table.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="answerBytesMax">A test's, in the place of <see cref="StateMachineLimits.AnswerBytesMax"/>.</param>
    public SessionTable(IReplicaStore store, long answerBytesMax = StateMachineLimits.AnswerBytesMax)
    {
        _answerBytesMax = answerBytesMax;
        foreach (var (key, record) in store.Scan(StoreFamily.Sessions, [Session.Prefix], [Session.Prefix + 1]))
        {
            var session = Session.Load(key, record);
            _sessions.Add(session.Name, session);
        }

        foreach (var (key, record) in store.Scan(StoreFamily.Sessions, [Session.PagePrefix], [Session.PagePrefix + 1]))
        {
            var (name, page) = Session.NameAndNumberOf(key);
            Find(name).LoadPage(page, record);
        }

        foreach (var (key, record) in store.Scan(StoreFamily.Sessions, [Session.OldAnswerPrefix], [Session.OldAnswerPrefix + 1]))
        {
            var (name, sequence) = Session.NameAndNumberOf(key);
            Find(name).LoadOldAnswer(key, sequence, record);
        }

        foreach (var session in _sessions.Values.OrderBy(session => session.LastUse))
        {
            session.Place = _byLastUse.AddLast(session);
            _uses = session.LastUse;
            _answerBytes += session.AnswerBytes;
        }

        // Those of an old layout are written anew, so that equal states have equal bytes on all replicas.
        _touched.AddRange(_byLastUse.Where(session => session.IsTouched));
    }

    /// <summary>How many sessions there are.</summary>
    public int Count => _sessions.Count;

    /// <summary>Opens a session under a name that was never used before.</summary>
    public void Open(string name)
    {
        if (_sessions.Count >= StateMachineLimits.SessionsMax)
        {
            Forget(_byLastUse.First!.Value);
        }

        var session = new Session(name);
        _sessions.Add(name, session);
        session.Place = _byLastUse.AddLast(session);
        Use(session);
    }

    /// <summary>Whether this request is to be executed. If not, <paramref name="answer"/> is what the client hears.</summary>
    public bool Admit(ClientIdentity identity, out CommandAnswer answer)
    {
        answer = new SessionForgotten();
        if (!_sessions.TryGetValue(identity.Session, out var session))
        {
            return false;
        }

        // A client cannot acknowledge the answer that it is asking for.
        Acknowledge(session, Math.Min(identity.AcknowledgedThrough, identity.Sequence - 1));
        Use(session);
        if (identity.Sequence <= session.AcknowledgedThrough)
        {
            return false;
        }

        if (session.AnswerTo(identity.Sequence) is { } kept)
        {
            answer = kept;
            return false;
        }

        return true;
    }

    /// <summary>Keeps the answer of a request that was executed.</summary>
    public void Keep(ClientIdentity identity, CommandAnswer answer)
    {
        var session = _sessions[identity.Session];
        var before = session.AnswerBytes;
        session.Keep(identity.Sequence, answer);
        _answerBytes += session.AnswerBytes - before;
        while (session.AnswerCount > StateMachineLimits.AnswersPerSessionMax || session.AnswerBytes > StateMachineLimits.AnswerBytesPerSessionMax)
        {
            Acknowledge(session, session.LowestSequence);
        }

        // The one of the moment was used last.
        while (_answerBytes > _answerBytesMax && _byLastUse.First!.Value != session)
        {
            Forget(_byLastUse.First.Value);
        }
    }

    private void Acknowledge(Session session, long through)
    {
        var before = session.AnswerBytes;
        session.Acknowledge(through);
        _answerBytes += session.AnswerBytes - before;
    }

    /// <summary>Adds what changed since the last call to a write set: each session once, however often it was used.</summary>
    public void Write(WriteSet writes)
    {
        foreach (var session in _forgotten)
        {
            session.Delete(writes);
        }

        foreach (var session in _touched)
        {
            if (session.IsTouched)
            {
                session.Write(writes);
                session.IsTouched = false;
            }
        }

        _forgotten.Clear();
        _touched.Clear();
    }

    private Session Find(string name)
    {
        Invariant.Holds(_sessions.ContainsKey(name), "a kept answer belongs to a session");
        return _sessions[name];
    }

    private void Use(Session session)
    {
        session.LastUse = ++_uses;
        _byLastUse.Remove(session.Place!);
        _byLastUse.AddLast(session.Place!);
        if (!session.IsTouched)
        {
            session.IsTouched = true;
            _touched.Add(session);
        }
    }

    private void Forget(Session session)
    {
        _sessions.Remove(session.Name);
        _byLastUse.Remove(session.Place!);
        _answerBytes -= session.AnswerBytes;
        session.IsTouched = false;
        _forgotten.Add(session);
    }
}

using System.Diagnostics.CodeAnalysis;

namespace PaxosWcf.Replication;

/// <summary>What callers are told of a batch, kept until the loop is given back.</summary>
/// <remarks>To be told is to go on: to write a reply, and perhaps to bring the next call. That must not happen while the loop is held. But most
/// batches of a replica with little to do have one caller to tell, and to have another thread of the pool do it takes longer than to do it: so
/// the last one is told on the thread that ran the batch, the others by the pool.</remarks>
[SuppressMessage("Naming", "CA1711", Justification = "it is one, though not a Queue<T>")]
public sealed class ReplyQueue
{
    // A caller that is told may bring a call that runs a batch, all on the stack of the batch before: no deeper than that.
    [ThreadStatic]
    private static bool Tells;

    private List<IThreadPoolWorkItem> _waiting = [];
    private List<IThreadPoolWorkItem>? _spare;

    /// <summary>Keeps a reply. To be called within a batch, by the thread that runs it.</summary>
    /// <param name="reply">Tells the caller.</param>
    public void Add(IThreadPoolWorkItem reply) => _waiting.Add(reply);

    /// <summary>The replies so far, to be told; null when there are none. To be called before the loop is given back.</summary>
    internal List<IThreadPoolWorkItem>? Take()
    {
        if (_waiting.Count == 0)
        {
            return null;
        }

        var taken = _waiting;
        _waiting = Interlocked.Exchange(ref _spare, null) ?? [];
        return taken;
    }

    /// <summary>Hands all replies so far to the pool: the thread that runs the batch is about to wait for something else. To be called within a batch, by
    /// the thread that runs it.</summary>
    public void TellByOthers()
    {
        foreach (var reply in _waiting)
        {
            ThreadPool.UnsafeQueueUserWorkItem(reply, preferLocal: false);
        }

        _waiting.Clear();
    }

    /// <summary>Tells all callers, here.</summary>
    internal static void TellAll(List<IThreadPoolWorkItem>? taken) => taken?.ForEach(reply => reply.Execute());

    /// <summary>Hands all replies but the last to the pool.</summary>
    internal static void TellOthers(List<IThreadPoolWorkItem>? taken)
    {
        for (var i = 0; i < taken?.Count - 1; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(taken![i], preferLocal: true);
        }
    }

    /// <summary>Tells the last caller, here if that is not too deep.</summary>
    internal void TellLast(List<IThreadPoolWorkItem>? taken)
    {
        if (taken is null)
        {
            return;
        }

        var last = taken[^1];
        taken.Clear();
        Volatile.Write(ref _spare, taken);
        if (Tells)
        {
            ThreadPool.UnsafeQueueUserWorkItem(last, preferLocal: true);
            return;
        }

        Tells = true;
        try
        {
            last.Execute();
        }
        finally
        {
            Tells = false;
        }
    }
}

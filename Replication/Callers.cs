using PaxosWcf.Consensus;

namespace PaxosWcf.Replication;

/// <summary>Who waits at this replica, and for what.</summary>
internal sealed class Callers
{
    private readonly Dictionary<CommandId, ICommandCaller> _commands = [];
    private readonly Dictionary<ICommandCaller, CommandId> _idOf = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<long, IReadCaller> _reads = [];
    private readonly Dictionary<IReadCaller, long> _readOf = new(ReferenceEqualityComparer.Instance);
    private readonly PriorityQueue<long, long> _held = new();
    private long _lastRead;

    /// <summary>The commands that somebody waits for.</summary>
    public IReadOnlyList<CommandId> Commands => [.. _commands.Keys];

    /// <summary>Nothing will be answered any more: those who wait for a command are told that nobody knows, those who wait to
    /// read have to give up by themselves.</summary>
    public void RefuseAll()
    {
        foreach (var id in Commands)
        {
            Take(id)?.OnRefused(Refusal.OutcomeUnknown);
        }

        _reads.Clear();
        _readOf.Clear();
        _held.Clear();
    }

    /// <summary>A caller waits for a command.</summary>
    public void Add(CommandId id, ICommandCaller caller)
    {
        _commands.Add(id, caller);
        _idOf.Add(caller, id);
    }

    /// <summary>A caller waits for a read; returns the read's number.</summary>
    public long Add(IReadCaller caller)
    {
        _reads.Add(++_lastRead, caller);
        _readOf.Add(caller, _lastRead);
        return _lastRead;
    }

    /// <summary>The command that a caller waits for, if it still does.</summary>
    public CommandId? Find(ICommandCaller caller) => _idOf.TryGetValue(caller, out var id) ? id : null;

    /// <summary>The caller that waits for a command, if any; it waits no longer.</summary>
    public ICommandCaller? Take(CommandId id)
    {
        if (_commands.Remove(id, out var caller))
        {
            _idOf.Remove(caller);
        }

        return caller;
    }

    /// <summary>A caller waits for its read no longer; returns the read's number if it still did.</summary>
    public long? Remove(IReadCaller caller)
    {
        if (!_readOf.Remove(caller, out var read))
        {
            return null;
        }

        _reads.Remove(read);
        return read;
    }

    /// <summary>A read has its read index and waits until that is applied.</summary>
    public void Hold(long read, Slot index)
    {
        if (_reads.ContainsKey(read))
        {
            _held.Enqueue(read, index.Number);
        }
    }

    /// <summary>The state is applied through a slot: the reads that waited for it go on.</summary>
    public void ReleaseReads(Slot appliedThrough)
    {
        while (_held.TryPeek(out var read, out var index) && index <= appliedThrough.Number)
        {
            _held.Dequeue();
            if (_reads.Remove(read, out var caller))
            {
                _readOf.Remove(caller);
                caller.OnReady();
            }
        }
    }
}

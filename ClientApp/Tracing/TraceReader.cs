using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>Reads what several replicas do, and puts it into one order: that of their clocks.</summary>
/// <remarks>A round asks each replica for what came since. An event is told once every replica that answers has told all of its own until then, so
/// that a later round brings nothing from before it; of replicas with one clock the order is the true one.</remarks>
/// <param name="control">Asks them.</param>
/// <param name="replicas">Their ids.</param>
/// <param name="time">Passes while they are asked.</param>
internal sealed class TraceReader(ReplicaControlClient control, IEnumerable<int> replicas, TimeProvider time)
{
    /// <summary>Time between two rounds.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>One that has not answered by then is left out of the round.</summary>
    private static readonly TimeSpan RoundMax = TimeSpan.FromMilliseconds(500);

    private readonly List<Source> _sources = [.. replicas.Select(replica => new Source(replica))];
    private readonly List<TracedEvent> _held = [];

    /// <summary>Why nobody answers; null where somebody does, or is yet to be heard.</summary>
    public ReplicaUnavailableException? NobodyAnswers =>
        _sources.TrueForAll(source => source.Failure is not null) ? _sources[0].Failure : null;

    /// <summary>Asks each of them; the first time has them begin.</summary>
    /// <returns>What they did since, in its order; before it what is to be known of them.</returns>
    public async Task<IReadOnlyList<TraceLine>> ReadAsync(CancellationToken cancel)
    {
        _sources.ForEach(source => source.Call ??= AskAsync(source, cancel));
        await Task.WhenAny(Task.WhenAll(_sources.Select(source => source.Call!)), Task.Delay(RoundMax, time, cancel));
        cancel.ThrowIfCancellationRequested();
        var lines = new List<TraceLine>();
        foreach (Source source in _sources)
        {
            if (source.Call is { IsCompleted: true } ended)
            {
                source.Call = null;
                lines.AddRange(source.Take(await ended));
                _held.AddRange(source.Events);
            }
            else
            {
                source.IsLate = true;
            }
        }

        DateTime until = _sources.Where(source => source is { Failure: null, IsLate: false })
            .Select(source => source.CompleteUntil).DefaultIfEmpty(DateTime.MaxValue).Min();
        lines.AddRange(_held.Where(held => held.Event.At <= until).OrderBy(held => held.Event.At));
        _held.RemoveAll(held => held.Event.At <= until);
        return lines;
    }

    private async Task<Answer> AskAsync(Source source, CancellationToken cancel)
    {
        try
        {
            return new Answer(await control.TraceAsync(source.Replica, source.From, cancel), null);
        }
        catch (ReplicaUnavailableException e)
        {
            return new Answer(null, e);
        }
    }

    private readonly record struct Answer(TraceReply? Reply, ReplicaUnavailableException? Failure);

    private sealed class Source(int replica)
    {
        public int Replica => replica;

        public long From { get; private set; }

        public Task<Answer>? Call { get; set; }

        public bool IsLate { get; set; }

        public ReplicaUnavailableException? Failure { get; private set; }

        public DateTime CompleteUntil { get; private set; }

        public IEnumerable<TracedEvent> Events { get; private set; } = [];

        public IEnumerable<TraceRemark> Take(Answer answer)
        {
            bool wasSilent = Failure is not null;
            (Failure, IsLate, Events) = (answer.Failure, false, []);
            if (answer.Reply is not { } reply)
            {
                return wasSilent ? [] : [new TraceRemark(replica, answer.Failure!.Message)];
            }

            (From, CompleteUntil) = (reply.Next, reply.CompleteUntil);
            Events = reply.Events.Select(e => new TracedEvent(replica, e));
            return reply.HasGap ? [new TraceRemark(replica, $"Something that R{replica} did is missing here.", IsGap: true)]
                : wasSilent ? [new TraceRemark(replica, $"R{replica} answers again.")]
                : [];
        }
    }
}

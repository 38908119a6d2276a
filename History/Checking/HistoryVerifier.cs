using System.Collections.Concurrent;

namespace PaxosWcf.History;

/// <summary>What came of a whole history.</summary>
/// <param name="Keys">Every key, in order.</param>
/// <param name="Slots">A sentence for each rule on log positions that is broken.</param>
public sealed record Verification(IReadOnlyList<KeyVerdict> Keys, IReadOnlyList<string> Slots)
{
    /// <summary>Illegal if a key is, or a rule on positions is broken; unknown if a key is; otherwise fine.</summary>
    public Verdict Verdict { get; } =
        Slots.Count > 0 || Keys.Any(k => k.Verdict == Verdict.Illegal) ? Verdict.Illegal
        : Keys.Any(k => k.Verdict == Verdict.Unknown) ? Verdict.Unknown
        : Verdict.Ok;
}

/// <summary>Checks that a history is linearizable. Keys are independent of each other, and a history is linearizable exactly
/// when each key's is (Herlihy and Wing, 1990), so each is searched by itself.</summary>
public sealed class HistoryVerifier(VerifierOptions options)
{
    private const long ConfigurationsAtFirst = 100_000;
    private const long ConfigurationsOfWitness = 200_000;

    /// <param name="history">All files of the run.</param>
    /// <param name="moved">Told how many of how many calls are decided.</param>
    /// <param name="cancel">Gives up at once.</param>
    public Verification Verify(RecordedHistory history, Action<int, int>? moved = null, CancellationToken cancel = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (options.TimeLimit > TimeSpan.Zero)
        {
            deadline.CancelAfter(options.TimeLimit);
        }
        else
        {
            deadline.Cancel();
        }

        KeyWork[] work = [.. history.Calls.GroupBy(c => c.Key).Select(g => new KeyWork(g.Key, [.. g]))];
        var progress = new ProgressCount(history.Calls.Count, moved ?? ((_, _) => { }));

        // The easy keys first: one that is hard must not keep the others from being decided.
        Search(work, ConfigurationsAtFirst, progress, deadline.Token);
        Search([.. work.Where(w => w.Result == SearchResult.Unknown)], long.MaxValue, progress, deadline.Token);
        cancel.ThrowIfCancellationRequested();
        int witnesses = options.WitnessesMax;
        KeyVerdict[] keys = [.. work.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w =>
            VerdictOf(w, w.Result == SearchResult.Illegal && witnesses-- > 0, cancel))];
        return new Verification(keys, options.Slots ? SlotChecker.Check(history.Calls) : []);
    }

    private void Search(KeyWork[] work, long configurationsMax, ProgressCount progress, CancellationToken deadline)
    {
        var budget = new SearchBudget(configurationsMax, options.CacheWordsMax, deadline);
        Parallel.ForEach(Partitioner.Create(work, loadBalance: true), key =>
        {
            key.Result = new Linearizer(new KeyProblem(key.Operations), budget).Run();
            if (key.Result != SearchResult.Unknown)
            {
                progress.Add(key.Calls);
            }
        });
    }

    private KeyVerdict VerdictOf(KeyWork key, bool shown, CancellationToken cancel)
    {
        Verdict verdict = key.Result switch
        {
            SearchResult.Legal => Verdict.Ok,
            SearchResult.Illegal => Verdict.Illegal,
            _ => Verdict.Unknown,
        };
        return new KeyVerdict(key.Key, key.Calls, verdict, shown ? WitnessOf(key, cancel) : null);
    }

    // Time for this is counted anew: an answer without a reason helps nobody.
    private Witness WitnessOf(KeyWork key, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(options.WitnessTimeLimit ?? options.TimeLimit);
        var budget = new SearchBudget(ConfigurationsOfWitness, options.CacheWordsMax, deadline.Token);
        return new WitnessFinder(some => !deadline.IsCancellationRequested
            && new Linearizer(new KeyProblem(some), budget).Run() == SearchResult.Illegal).Find(key.Operations);
    }

    private sealed class KeyWork(string key, IReadOnlyList<RecordedCall> calls)
    {
        public string Key => key;

        public int Calls => calls.Count;

        public IReadOnlyList<RegisterOperation> Operations { get; } =
            [.. calls.Select(RegisterOperation.From).OfType<RegisterOperation>()];

        public SearchResult Result { get; set; } = SearchResult.Unknown;
    }

    private sealed class ProgressCount(int of, Action<int, int> moved)
    {
        private readonly Lock _lock = new();
        private int _done;

        public void Add(int calls)
        {
            lock (_lock)
            {
                _done += calls;
                moved(_done, of);
            }
        }
    }
}

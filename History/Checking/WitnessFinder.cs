namespace PaxosWcf.History;

/// <summary>Makes an illegal history of one key small: first its shortest illegal prefix, then without what may be left out.</summary>
/// <param name="isIllegal">Searches; a search that is given up does not count.</param>
internal sealed class WitnessFinder(Func<IReadOnlyList<RegisterOperation>, bool> isIllegal)
{
    /// <param name="operations">Operations on one key that have no legal order.</param>
    public Witness Find(IReadOnlyList<RegisterOperation> operations)
    {
        List<RegisterOperation> left = Shrunk(ShortestPrefix(operations));
        RecordedCall[] calls = [.. left.Select(o => o.Call).OrderBy(c => c.InvokedAt)];
        HashSet<RecordedCall> relaxed = [.. left.Where(o => o.IsOptional).Select(o => o.Call)];
        return new Witness(calls[0].Key, calls, relaxed, Diagnosis.Of(operations, left));
    }

    // Whatever begins with an illegal prefix is illegal, so the shortest one is found by halving.
    private List<RegisterOperation> ShortestPrefix(IReadOnlyList<RegisterOperation> operations)
    {
        long[] ends = [.. operations.Where(o => !o.IsOptional).Select(o => o.Completed).Distinct().Order()];
        int legal = -1;
        int illegal = ends.Length - 1;
        while (illegal - legal > 1)
        {
            int middle = (illegal + legal) / 2;
            (legal, illegal) = isIllegal(PrefixUntil(operations, ends[middle])) ? (legal, middle) : (middle, illegal);
        }

        return PrefixUntil(operations, ends[illegal]);
    }

    private static List<RegisterOperation> PrefixUntil(IEnumerable<RegisterOperation> operations, long end)
    {
        return [.. operations.Where(o => o.Invoked <= end)
            .Select(o => o.Completed <= end ? o : o.Relaxed()).OfType<RegisterOperation>()];
    }

    // Only what makes a legal history no less legal is left out: reads, answers of writes, and indeterminate writes that
    // nobody left can want. So what stays illegal is illegal in the whole history too.
    private List<RegisterOperation> Shrunk(List<RegisterOperation> operations)
    {
        List<RegisterOperation> left = Weakened(operations, o => o.Writes ? o : null);
        left = Weakened(left, Unanswered);
        left = Weakened(left, o => o.Relaxed());
        return WithoutUnwanted(left);
    }

    // Weakens as many operations as can be weakened: large runs of them at first, then ever smaller ones.
    private List<RegisterOperation> Weakened(
        List<RegisterOperation> operations, Func<RegisterOperation, RegisterOperation?> weaker)
    {
        RegisterOperation?[] left = [.. operations];
        for (int run = left.Length; run > 0; run /= 2)
        {
            for (int from = 0; from < left.Length; from += run)
            {
                TryWeaken(left.AsSpan(from, Math.Min(run, left.Length - from)), left, weaker);
            }
        }

        return [.. left.OfType<RegisterOperation>()];
    }

    private void TryWeaken(
        Span<RegisterOperation?> run, RegisterOperation?[] all, Func<RegisterOperation, RegisterOperation?> weaker)
    {
        RegisterOperation?[] before = [.. run];
        bool changed = false;
        foreach (ref RegisterOperation? operation in run)
        {
            RegisterOperation? weak = operation is null ? null : weaker(operation);
            changed |= weak != operation;
            operation = weak;
        }

        if (changed && !isIllegal([.. all.OfType<RegisterOperation>()]))
        {
            before.CopyTo(run);
        }
    }

    // A put or a delete that took effect between its ends, whatever it found.
    private static RegisterOperation? Unanswered(RegisterOperation operation)
    {
        return operation.Call.Operation is OperationKind.Put or OperationKind.Delete
            ? operation.Relaxed()! with { Completed = operation.Completed }
            : operation;
    }

    // An indeterminate write is kept when a certain operation, or another one that is kept, needs what it writes.
    private static List<RegisterOperation> WithoutUnwanted(List<RegisterOperation> operations)
    {
        List<RegisterOperation> kept = [.. operations.Where(o => !o.IsOptional)];
        if (kept.Exists(o => o.Need is NeedKind.NotValue or NeedKind.Present))
        {
            return operations;
        }

        List<RegisterOperation> undecided = [.. operations.Where(o => o.IsOptional)];
        for (int before = -1; before != kept.Count;)
        {
            before = kept.Count;
            HashSet<string?> wanted = [.. kept.Where(o => o.Need == NeedKind.Value).Select(o => o.Needed)];
            kept.AddRange(undecided.Where(o => wanted.Contains(o.Output)));
            undecided.RemoveAll(o => wanted.Contains(o.Output));
        }

        return kept;
    }
}

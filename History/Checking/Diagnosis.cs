namespace PaxosWcf.History;

/// <summary>Says in a sentence what is wrong with a key, where it can be said so simply.</summary>
internal static class Diagnosis
{
    /// <param name="all">Every operation on the key.</param>
    /// <param name="witness">The few that have no legal order.</param>
    public static string Of(IReadOnlyList<RegisterOperation> all, IReadOnlyList<RegisterOperation> witness)
    {
        RegisterOperation last = witness.Where(o => !o.IsOptional).MaxBy(o => o.Completed) ?? witness[^1];
        foreach (RegisterOperation reader in witness.Where(o => o is { Need: NeedKind.Value, Needed: not null }))
        {
            if (Impossible(reader, all) is { } sentence)
            {
                return sentence;
            }
        }

        return $"process {last.Call.Process}'s \"{last.Call}\" cannot be placed: no order of these calls gives every recorded answer";
    }

    private static string? Impossible(RegisterOperation reader, IReadOnlyList<RegisterOperation> all)
    {
        List<RegisterOperation> writers = [.. all.Where(o => o.Writes && o.Output == reader.Needed)];
        string who = $"process {reader.Call.Process}'s \"{reader.Call}\" met";
        return writers.Count == 0 ? $"{who} a value that no call wrote, or only calls that failed"
            : writers.TrueForAll(w => w.Invoked > reader.Completed) ? $"{who} a value before any call that wrote it began"
            : null;
    }
}

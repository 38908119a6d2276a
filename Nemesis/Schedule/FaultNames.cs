namespace PaxosWcf.Nemesis;

/// <summary>The names of faults on the command line.</summary>
internal static class FaultNames
{
    public static string All { get; } = string.Join(',', Enum.GetNames<FaultKind>()).ToLowerInvariant();

    /// <summary>Reads "kill,stop"; nothing means all, and is an empty list.</summary>
    public static bool TryRead(string? text, out IReadOnlyList<FaultKind> kinds)
    {
        string[] names = (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var read = new List<FaultKind>();
        foreach (string name in names)
        {
            // A number would be read as a kind too.
            if (!char.IsLetter(name[0]) || !Enum.TryParse(name, ignoreCase: true, out FaultKind kind))
            {
                kinds = [];
                return false;
            }

            read.Add(kind);
        }

        kinds = read;
        return true;
    }
}

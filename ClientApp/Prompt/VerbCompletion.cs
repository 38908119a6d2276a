using RadLine;

namespace PaxosWcf.ClientApp;

/// <summary>Completes the first word of a line.</summary>
internal sealed class VerbCompletion : ITextCompletion
{
    private static readonly string[] Words = [.. AllVerbs.List.Select(v => v.Name), .. PromptHelp.OwnWords];

    public IEnumerable<string>? GetCompletions(string prefix, string word, string suffix)
    {
        return prefix.Trim().Length > 0 ? null : Words.Where(w => w.StartsWith(word, StringComparison.OrdinalIgnoreCase));
    }
}

using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>Runs a script line by line: a line that fails is named, and the rest goes on.</summary>
internal sealed class ScriptRunner(VerbContext context, Printer printer, bool quiet)
{
    private readonly VerbContext _ofLines = context with { Place = VerbPlace.Script };

    /// <param name="text">The whole script.</param>
    /// <param name="moved">Told how many of how many lines are done.</param>
    /// <param name="cancel">Ends it between two lines, and the operation under way; the result says how far it came.</param>
    public async Task<VerbResult> RunAsync(string text, Action<int, int> moved, CancellationToken cancel)
    {
        List<ScriptLine> lines = [.. ScriptFile.Lines(text)];
        var summary = new ScriptSummary();
        long start = context.Time.GetTimestamp();
        foreach (ScriptLine line in lines)
        {
            long began = context.Time.GetTimestamp();
            if (cancel.IsCancellationRequested)
            {
                return summary.Interrupted(context.Time.GetElapsedTime(start), lines.Count, underWay: null);
            }

            if (await TryRunLineAsync(line, cancel) is not { } result)
            {
                return summary.Interrupted(context.Time.GetElapsedTime(start), lines.Count, line);
            }

            summary.Count(result, context.Time.GetElapsedTime(began));
            Show(line, result);
            moved(summary.Done + summary.Failed, lines.Count);
        }

        return summary.Result(context.Time.GetElapsedTime(start));
    }

    // Null: it was interrupted.
    private async Task<VerbResult?> TryRunLineAsync(ScriptLine line, CancellationToken cancel)
    {
        try
        {
            return await RunLineAsync(line, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<VerbResult> RunLineAsync(ScriptLine line, CancellationToken cancel)
    {
        if (line.Verb is not { } verb)
        {
            return Failures.Result("run", new UsageException(line.Problem ?? "The line holds no operation."));
        }

        try
        {
            return await verb.RunAsync(_ofLines, line.Args, cancel);
        }
        catch (OutcomeUnknownException doubt)
        {
            // The next line's write would have the store forget it.
            return Failures.Resolved(verb.Name, doubt, await ResolveAsync(doubt, cancel));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return Failures.Result(verb.Name, e);
        }
    }

    private async Task<ResolveReply?> ResolveAsync(OutcomeUnknownException doubt, CancellationToken cancel)
    {
        try
        {
            return (await context.Connection.Store.ResolveAsync(doubt, cancel)).Reply;
        }
        catch (PaxosClientException)
        {
            return null;
        }
    }

    private void Show(ScriptLine line, VerbResult result)
    {
        result.Json["line"] = line.Number;
        string words = line.Verb is null ? "" : $" {ValueText.Brief(line.Text)}:";
        if (result.IsFailure || !quiet)
        {
            printer.PrintLine(result with { Rich = null, Plain = $"line {line.Number}:{words} {result.Plain}" });
        }
    }
}

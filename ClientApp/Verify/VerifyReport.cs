using System.Text.Json.Nodes;
using PaxosWcf.History;

namespace PaxosWcf.ClientApp;

/// <summary>Shows what came of a verification: what is wrong, how much the verdict is worth, and the verdict as the last line.</summary>
internal sealed class VerifyReport(Printer printer)
{
    private static readonly string[] WorthColumns = ["worth", "what", "measured", "wanted"];

    /// <returns>The exit code.</returns>
    public int Conclude(
        RecordedHistory history, Verification found, IReadOnlyList<WorthCriterion> worth, bool worthEnforced, TimeSpan elapsed)
    {
        List<WorthCriterion> missing = [.. worth.Where(w => !w.IsMet)];

        // What is illegal stays illegal however thin the history is.
        bool tooThin = worthEnforced && missing.Count > 0 && found.Verdict != Verdict.Illegal;
        Verdict verdict = tooThin ? Verdict.Bad : found.Verdict;
        string sentence = tooThin
            ? $"the history is too thin to be worth checking: {string.Join(", ", missing.Select(m => m.Name))}"
            : VerifyText.Sentence(history, found, elapsed);
        IReadOnlyDictionary<string, string> hints = EarlierValue.Hints(history, found.Keys.Where(k => k.Verdict == Verdict.Illegal));
        if (printer.Json)
        {
            JsonObject json = VerifyText.Json(history, found, hints, worth, elapsed);
            Announce(json, verdict, sentence);
            return (int)verdict;
        }

        found.Keys.Where(k => k.Verdict != Verdict.Ok).SelectMany(k => VerifyText.Lines(k, hints.GetValueOrDefault(k.Key)))
            .Concat(found.Slots.Take(VerifyText.ShownMax).Select(s => "slots: " + s))
            .ToList().ForEach(line => printer.Say(line));
        printer.Say(Tables.Plain(WorthColumns, [.. worth.Select(w => new[] { w.IsMet ? "yes" : "no", w.Name, w.Measured, w.Wanted })]));
        Announce(null, verdict, sentence);
        return (int)verdict;
    }

    /// <summary>A history that is not as the format has it.</summary>
    public int Bad(string problem)
    {
        Announce(new JsonObject { ["verb"] = "verify" }, Verdict.Bad, problem);
        return (int)Verdict.Bad;
    }

    private void Announce(JsonObject? json, Verdict verdict, string sentence)
    {
        string word = verdict.ToString().ToUpperInvariant();
        if (printer.Json)
        {
            json!["ok"] = verdict == Verdict.Ok;
            json["verdict"] = word;
            json["message"] = sentence;
            if (verdict != Verdict.Ok)
            {
                Failures.Add(json, $"{verdict}", sentence);
            }

            printer.PrintJson(json);
            return;
        }

        printer.Say(ValueText.Printable(sentence));
        printer.Say(word, verdict == Verdict.Ok ? "green" : "red");
    }
}

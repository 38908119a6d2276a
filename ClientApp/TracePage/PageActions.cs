using System.Text;
using System.Text.Json;

namespace PaxosWcf.ClientApp;

/// <summary>What a reader of the page may do: some verbs, which answer as they do everywhere.</summary>
/// <param name="context">What the verbs work with.</param>
internal sealed class PageActions(VerbContext context)
{
    private const string Put = "put";

    // Nothing that reads or writes files, or goes on for long.
    private static readonly Verb[] Verbs = [new FailCommand(), new ReviveCommand(), new CutCommand(), new HealCommand(), new LeaderCommand()];

    /// <summary>Does one of them.</summary>
    /// <param name="asked">Verb and words, and of a put perhaps the replica that it is to be given to.</param>
    /// <param name="cancel">Gives up waiting.</param>
    public async Task<VerbResult> DoAsync(Asked asked, CancellationToken cancel)
    {
        try
        {
            return asked.Verb == Put ? await PutAsync(asked, cancel) : await RunAsync(asked, cancel);
        }
        catch (Exception e)
        {
            return Failures.Result(asked.Verb, e);
        }
    }

    private async Task<VerbResult> RunAsync(Asked asked, CancellationToken cancel)
    {
        Verb verb = Verbs.FirstOrDefault(verb => verb.Name == asked.Verb)
            ?? throw new UsageException(
                $"The page does not take {ValueText.Printable(asked.Verb)}; it takes {Put}, {string.Join(", ", Verbs.Select(verb => verb.Name))}.");
        verb.Check(asked.Words);
        return await verb.RunAsync(context, asked.Words, cancel);
    }

    private async Task<VerbResult> PutAsync(Asked asked, CancellationToken cancel)
    {
        // By itself a put would take other words for options, and read files.
        if (asked.Words is not [var key, var value])
        {
            throw new UsageException($"put wants a key and a value here, not {Counted.Of(asked.Words.Count, "word")}.");
        }

        int? replica = asked.Replica is { } named ? await context.Connection.FindAsync(named, cancel) : null;
        return await PutCommand.PutAsync(context.Connection.At(replica), key, Encoding.UTF8.GetBytes(value), cancel);
    }

    /// <summary>What is asked for, as the page sends it.</summary>
    /// <param name="Verb">Which verb.</param>
    /// <param name="Words">What stands behind it.</param>
    /// <param name="Replica">Who is to be asked; null: any.</param>
    public sealed record Asked(string Verb, IReadOnlyList<string> Words, int? Replica)
    {
        /// <summary>Reads it.</summary>
        /// <exception cref="UsageException">It is something else.</exception>
        public static Asked Read(string json)
        {
            try
            {
                return JsonSerializer.Deserialize<Asked>(json, JsonSerializerOptions.Web) is { Verb: not null, Words: not null } asked && asked.Words.All(word => word is not null)
                    ? asked
                    : throw new JsonException();
            }
            catch (JsonException)
            {
                throw new UsageException("What was sent is no JSON object with a verb and its words.");
            }
        }
    }
}

using System.Text;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>A script whose lines are the operations of one batch.</summary>
internal static class BatchScript
{
    /// <exception cref="UsageException">Some lines cannot be part of a batch; it names each of them.</exception>
    public static List<BatchOperation> Parse(string text)
    {
        var operations = new List<BatchOperation>();
        var problems = new List<string>();
        foreach (ScriptLine line in ScriptFile.Lines(text))
        {
            if (Problem(line) is { } problem)
            {
                problems.Add($"line {line.Number}: {problem}");
            }
            else
            {
                operations.Add(Operation(line));
            }
        }

        return problems.Count == 0
            ? operations
            : throw new UsageException($"Nothing was done.{Environment.NewLine}{string.Join(Environment.NewLine, problems)}");
    }

    private static string? Problem(ScriptLine line)
    {
        return line.Problem
            ?? (line.Verb is PutCommand && PutCommand.Read(line.Args).File is not null ? "A batch takes its values from the script; write the value here, or put the file outside of it." : null)
            ?? (line.Verb is DeleteCommand && DeleteCommand.IsOfMany(line.Args) ? "A batch deletes keys one by one; delete those that begin alike outside of it." : null)
            ?? (line.Verb is PutCommand or DeleteCommand ? Refusal(Operation(line)) : $"{line.Verb?.Name} is no part of a batch; put and delete are.");
    }

    private static string? Refusal(BatchOperation operation)
    {
        return StoreRules.CheckKey(operation.Key)?.Reason
            ?? (StoreRules.CheckValueSize(operation.Value ?? []) is { } large ? StoreRules.Sentence(large) : null);
    }

    private static BatchOperation Operation(ScriptLine line)
    {
        if (line.Verb is not PutCommand)
        {
            return BatchOperation.Delete(line.Args[0]);
        }

        PutCommand.Asked put = PutCommand.Read(line.Args);
        return BatchOperation.Put(put.Key, Encoding.UTF8.GetBytes(put.Text!), put.Lease);
    }
}

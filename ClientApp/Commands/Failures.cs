using System.Text.Json.Nodes;
using PaxosWcf.Client;
using PaxosWcf.Contracts;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.History;

namespace PaxosWcf.ClientApp;

/// <summary>Turns what a verb threw into what a person is told: a sentence, a code and an exit code, never a trace.</summary>
internal static class Failures
{
    /// <summary>The error of a lock that was lost.</summary>
    public const string LockLost = "LockLost";

    private static readonly string[] Writes = ["put", "delete", "cas", "batch", "prepopulate", "run", "import"];

    public static VerbResult Result(string verb, Exception thrown)
    {
        (int exitCode, string code, string sentence) = Read(verb, thrown);
        var json = new JsonObject { ["verb"] = verb, ["ok"] = false, ["error"] = code, ["message"] = sentence };
        return new VerbResult(exitCode, json, sentence) { IsFailure = true };
    }

    /// <summary>The same of a verb and its words.</summary>
    public static VerbResult Result(Verb verb, IReadOnlyList<string> args, Exception thrown) => Result(verb.Name, verb.ActionOf(args), thrown);

    /// <summary>The same of a verb that does several things.</summary>
    public static VerbResult Result(string verb, string? action, Exception thrown)
    {
        VerbResult result = Result(verb, thrown);
        if (action is not null)
        {
            result.Json.Insert(2, "action", action);
        }

        return result;
    }

    /// <summary>Has the JSON of a result say that it failed, for a program as the sentence does for a person.</summary>
    public static void Add(JsonObject json, string error, string sentence)
    {
        json["ok"] = false;
        json["error"] = error;
        json["message"] = sentence;
    }

    /// <summary>The same of a write in doubt of which it was asked at once what came of it.</summary>
    /// <param name="verb">What it was.</param>
    /// <param name="doubt">How it ended.</param>
    /// <param name="told">What came of it; null: nobody answered.</param>
    public static VerbResult Resolved(string verb, OutcomeUnknownException doubt, ResolveReply? told)
    {
        (_, string? outcome, string answer) = told is null ? (0, null, "") : ResolveCommand.Read(told);
        VerbResult result = Result(verb, doubt);
        string sentence = $"{doubt.Message} It was asked what came of it{(told is null ? ", and nobody answered" : $": {answer}")}.";
        result.Json["message"] = sentence;
        result.Json["outcome"] = outcome;
        return result with { Plain = sentence };
    }

    /// <summary>The same of what was done in part, and can be given again.</summary>
    /// <param name="verb">What it was.</param>
    /// <param name="thrown">What ended it.</param>
    /// <param name="advice">What is done, and what to do.</param>
    public static VerbResult Halfway(string verb, Exception thrown, string advice)
    {
        VerbResult result = Result(verb, thrown);
        string reason = thrown switch
        {
            OperationCanceledException => "Interrupted.",

            // Nobody need ask what came of a part that is done again.
            OutcomeUnknownException => thrown.Message,
            _ => result.Plain,
        };
        result.Json["message"] = $"{reason} {advice}";
        return result with { Plain = $"{reason} {advice}" };
    }

    private static (int ExitCode, string Code, string Sentence) Read(string verb, Exception thrown)
    {
        return thrown switch
        {
            UsageException => (ExitCodes.Usage, "Usage", thrown.Message),
            ServersFileException => (ExitCodes.Usage, "ServersFile", thrown.Message),
            InvalidRequestException => (ExitCodes.Usage, "InvalidRequest", thrown.Message),
            RequestTooLargeException => (ExitCodes.Usage, "RequestTooLarge", thrown.Message),
            WrongClusterException => (ExitCodes.Usage, "WrongCluster", thrown.Message),
            StorageFullException => (ExitCodes.Unavailable, "StorageFull", thrown.Message),
            LeaseNotFoundException => (ExitCodes.NotFoundOrFailed, "LeaseNotFound", thrown.Message),
            LeaseLimitException => (ExitCodes.Unavailable, "LeaseLimit", thrown.Message),
            LockLostException => (ExitCodes.NotFoundOrFailed, LockLost, thrown.Message),
            CompactedException => (ExitCodes.NotFoundOrFailed, "Compacted", thrown.Message),
            // A file that is to be imported is somebody's work; a backup was whole once.
            BackupFormatException when verb == "import" => (ExitCodes.Usage, "BackupFormat", thrown.Message),
            BackupFormatException => (ExitCodes.NotFoundOrFailed, "BackupFormat", thrown.Message),
            NotLeaderException => (ExitCodes.NotFoundOrFailed, "NotLeader", thrown.Message),
            ChangeRefusedException => (ExitCodes.NotFoundOrFailed, "ChangeRefused", thrown.Message),
            FaultLabOffException => (ExitCodes.NotFoundOrFailed, "FaultLabOff", thrown.Message),
            StoreUnavailableException => (ExitCodes.Unavailable, "StoreUnavailable", thrown.Message),
            // What is given back then is a write too, and the store has forgotten this one.
            OutcomeUnknownException when verb == "lock" => (ExitCodes.Unavailable, "OutcomeUnknown", $"{thrown.Message} What was written goes with its lease."),
            OutcomeUnknownException doubt => (ExitCodes.Unavailable, "OutcomeUnknown",
                $"{thrown.Message} \"resolve {doubt.Session} {doubt.Sequence}\" tells, if it is asked next."),
            ChangeUnknownException => (ExitCodes.Unavailable, "ChangeUnknown", thrown.Message),
            ReplicaUnavailableException => (ExitCodes.Unavailable, "ReplicaUnavailable", thrown.Message),
            PageUnavailableException => (ExitCodes.Unavailable, "PageUnavailable", thrown.Message),
            ClusterException => (ExitCodes.Unavailable, "Cluster", thrown.Message),
            InputNotReadException => (ExitCodes.Interrupted, "Interrupted", thrown.Message),
            OperationCanceledException => (ExitCodes.Interrupted, "Interrupted", Interrupted(verb)),
            RestoreStoppedException { InnerException: { } why } stopped => Stopped(verb, why, stopped.Advice),
            RestoreTakenOverException => (ExitCodes.Unavailable, "Cluster", thrown.Message),

            // Of verify 1 says that the history is illegal, and nobody has found that.
            _ => (verb == "verify" ? (int)Verdict.Bad : ExitCodes.NotFoundOrFailed, "Unexpected", $"Something went wrong that should not: {thrown.Message}"),
        };
    }

    private static string Interrupted(string verb) => verb switch
    {
        "member" => "Interrupted. A change of the members that was under way may still be made; see member list.",
        "leader" => "Interrupted. Leadership may still go over; see status.",
        "lease" => "Interrupted. What was asked of the lease last may still take effect.",
        "lock" => "Interrupted. The lock, or the place in its queue, is given back, or ends with its lease.",
        _ when Writes.Contains(verb) => "Interrupted. A write that was under way may still take effect.",
        _ => "Interrupted.",
    };

    private static (int ExitCode, string Code, string Sentence) Stopped(string verb, Exception why, string advice)
    {
        (int exitCode, string code, string sentence) = Read(verb, why);
        string reason = why switch
        {
            // What is said of a store that serves would be wrong here.
            StorageFullException full => $"The store is full: it takes {full.UsedBytes} of {full.LimitBytes} bytes; have the limit raised.",
            OperationCanceledException => "Interrupted.",
            _ => sentence,
        };
        return (exitCode, code, $"{reason} {advice}");
    }
}

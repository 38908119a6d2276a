using System.Globalization;
using System.Text.Json.Nodes;

namespace PaxosWcf.ClientApp;

/// <summary>What happened, as a person wants to read it: time, operation, replica, answer, milliseconds; and the faults
/// between them as the replicas report them.</summary>
internal sealed class DemoTranscript(Printer printer, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Leaves the replicas' lines out: the story is told, and a person may be typing.</summary>
    public bool Quiet { get; set; }

    /// <summary>Ends when both a fault and a recovery were seen.</summary>
    public Task FaultAndRecoverySeen => Task.WhenAll(_failed.Task, _recovered.Task);

    /// <summary>A line that a replica printed; only faults and recoveries are shown.</summary>
    public void Heard(int replica, string line)
    {
        int at = Math.Max(line.IndexOf("[FAULT]", StringComparison.Ordinal), line.IndexOf("[RECOVERED]", StringComparison.Ordinal));
        if (at < 0)
        {
            return;
        }

        bool fault = line[at..].StartsWith("[FAULT]", StringComparison.Ordinal);
        (fault ? _failed : _recovered).TrySetResult();
        if (!Quiet)
        {
            Event(new JsonObject { ["event"] = fault ? "fault" : "recovered", ["replica"] = replica, ["text"] = line[at..] },
                $"{Stamp()}  replica {replica}: {line[at..]}", fault ? "red" : "green");
        }
    }

    public void Say(string text)
    {
        lock (_lock)
        {
            printer.Say(text);
        }
    }

    public void Heading(string text)
    {
        Say($"\n{text}\n{"time",-12}  {"operation",-34}  {"replica",-7}  {"answer",-28}  {"ms",7}");
    }

    public void Operation(string operation, string replica, VerbResult result)
    {
        double ms = (double?)result.Json["ms"] ?? 0;
        JsonObject json = result.Json;
        json["event"] = "operation";
        string row = string.Create(CultureInfo.InvariantCulture,
            $"{Stamp()}  {operation,-34}  {replica,-7}  {result.Plain,-28}  {ms,7:F1}");
        Event(json, row, result.IsFailure ? "red" : null);
    }

    private void Event(JsonObject json, string row, string? colour)
    {
        lock (_lock)
        {
            if (printer.Json)
            {
                json["time"] = Stamp();
                printer.PrintJson(json);
            }
            else
            {
                printer.Say(row, colour);
            }
        }
    }

    private string Stamp() => time.GetLocalNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
}

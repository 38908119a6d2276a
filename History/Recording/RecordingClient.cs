using System.Collections.Concurrent;

namespace PaxosWcf.History;

/// <summary>What a call asks, before it is sent.</summary>
/// <param name="Operation">What it asks.</param>
/// <param name="Key">Never empty.</param>
/// <param name="Value">What is to be written; null: that the key be absent.</param>
/// <param name="Expected">What a compare-and-set expects.</param>
public sealed record Invocation(OperationKind Operation, string Key, string? Value = null, string? Expected = null);

/// <summary>What a call was answered.</summary>
/// <param name="Found">Whether the key was there; of a compare-and-set, whether it matched.</param>
/// <param name="Value">What a get found.</param>
/// <param name="Node">Who answered.</param>
/// <param name="Slot">The position in the order of the log at which it took effect, where that is known.</param>
public sealed record RecordedAnswer(bool? Found = null, string? Value = null, string? Node = null, long? Slot = null);

/// <summary>One client whose calls are recorded. Calls that it makes at the same time count as processes of their own, for
/// a process has one call open at most.</summary>
public sealed class RecordingClient
{
    private readonly HistoryRecorder _recorder;
    private readonly ConcurrentBag<int> _idle = [];

    internal RecordingClient(HistoryRecorder recorder)
    {
        _recorder = recorder;
    }

    /// <summary>Notes that a call is about to be sent. End it with exactly one of the methods of what is returned.</summary>
    public OpenCall Begin(Invocation invocation)
    {
        int process = _idle.TryTake(out int idle) ? idle : _recorder.NextProcess();
        _recorder.Invoke(time => new CallLine(process, CallPhase.Invoke, invocation.Operation, invocation.Key, time)
        {
            Value = invocation.Value,
            Expected = invocation.Expected,
        });
        return new OpenCall(this, _recorder, process, invocation);
    }

    internal void Ended(int process, CallPhase phase)
    {
        // After an outcome that is not known the process is never seen again (Jepsen's rule): its call stays open.
        if (phase != CallPhase.Info)
        {
            _idle.Add(process);
        }
    }
}

/// <summary>A call that is recorded and not over.</summary>
public sealed class OpenCall
{
    private readonly RecordingClient _client;
    private readonly HistoryRecorder _recorder;
    private readonly Invocation _invocation;
    private readonly int _process;

    internal OpenCall(RecordingClient client, HistoryRecorder recorder, int process, Invocation invocation)
    {
        (_client, _recorder, _process, _invocation) = (client, recorder, process, invocation);
    }

    /// <summary>It was answered.</summary>
    public void Ok(RecordedAnswer answer)
    {
        End(CallPhase.Ok, line => line with { Found = answer.Found, Value = answer.Value, Node = answer.Node, Slot = answer.Slot });
    }

    /// <summary>It certainly had no effect and never will.</summary>
    public void Fail(string error) => End(CallPhase.Fail, line => line with { Error = error });

    /// <summary>Anything else. When in doubt, this.</summary>
    public void Info(string error) => End(CallPhase.Info, line => line with { Error = error });

    private void End(CallPhase phase, Func<CallLine, CallLine> completed)
    {
        // Read first of all: whatever comes later would only make the call look longer than it was.
        long now = _recorder.Now();
        _recorder.Complete(completed(new CallLine(_process, phase, _invocation.Operation, _invocation.Key, now)));
        _client.Ended(_process, phase);
    }
}

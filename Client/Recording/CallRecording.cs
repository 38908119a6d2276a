using System.Globalization;
using PaxosWcf.History;

namespace PaxosWcf.Client;

/// <summary>Records how one call ends, for each of the keys that it is about.</summary>
internal sealed class CallRecording<TReply>(RecordingClient client, StoreOperation<TReply> operation)
{
    private readonly OpenCall[] _open = [.. (operation.Invocations?.Invoke() ?? []).Select(client.Begin)];
    private readonly OpenCall[] _consequences = [.. operation.Consequences.Select(client.Begin)];

    public void Answered(TReply reply, int replica)
    {
        LeaveOpen("The key goes with its lease.");
        string node = replica.ToString(CultureInfo.InvariantCulture);
        foreach ((OpenCall open, RecordedAnswer? answer) in _open.Zip(operation.Answers(reply)))
        {
            if (answer is not null)
            {
                open.Ok(answer with { Node = node });
            }
            else
            {
                open.Fail("The transaction's other branch was applied.");
            }
        }
    }

    // The one rule that matters: only what certainly never takes effect is a failure.
    public void Failed(Exception thrown)
    {
        LeaveOpen(thrown.Message);
        foreach (OpenCall open in _open)
        {
            if (thrown is StoreUnavailableException or StorageFullException)
            {
                open.Fail(thrown.Message);
            }
            else
            {
                open.Info(thrown.Message);
            }
        }
    }

    private void LeaveOpen(string why) => Array.ForEach(_consequences, open => open.Info(why));
}

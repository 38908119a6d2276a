using System.Globalization;
using PaxosWcf.History;

namespace PaxosWcf.Client;

/// <summary>Records how one call ends.</summary>
internal sealed class CallRecording<TReply>(RecordingClient? client, StoreOperation<TReply> operation)
{
    private readonly OpenCall? _open = operation.Invocation is { } invocation ? client?.Begin(invocation) : null;

    public void Answered(TReply reply, int replica)
    {
        _open?.Ok(operation.Answer(reply) with { Node = replica.ToString(CultureInfo.InvariantCulture) });
    }

    // The one rule that matters: only what certainly never takes effect is a failure.
    public void Failed(Exception thrown)
    {
        if (thrown is StoreUnavailableException)
        {
            _open?.Fail(thrown.Message);
        }
        else
        {
            _open?.Info(thrown.Message);
        }
    }
}

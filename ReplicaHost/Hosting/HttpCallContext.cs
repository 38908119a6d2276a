namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>The call context of whichever listener of this process serves the current call. One instance is enough: the
/// current request flows with the asynchronous call, not with the instance.</summary>
internal sealed class HttpCallContext(long answersBytesMax = HttpCallContext.AnswersBytesMax) : ICallContext
{
    /// <summary>Most bytes that were read for answers that are made or on their way, beyond the first 64 KiB of each, over all calls.</summary>
    public const long AnswersBytesMax = 512L << 20;

    private readonly ByteBudget _answers = new(answersBytesMax);
    private readonly HttpContextAccessor _accessor = new();

    public string Caller => _accessor.HttpContext is { } context ? CallerOf(context) : "-";

    public string Query => _accessor.HttpContext?.Request.QueryString.Value ?? "";

    public CancellationToken Disconnected => _accessor.HttpContext?.RequestAborted ?? CancellationToken.None;

    public void TakeForAnswer(long bytes)
    {
        if (_accessor.HttpContext is { } context && !_answers.TryTake(context, bytes))
        {
            throw Endpoints.StoreFaults.Overloaded(nameof(AnswersBytesMax), _answers.Max);
        }
    }

    internal static string CallerOf(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address
            ? new System.Net.IPEndPoint(address, context.Connection.RemotePort).ToString()
            : "-";
}

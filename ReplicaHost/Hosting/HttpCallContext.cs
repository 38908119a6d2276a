namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>The call context of whichever listener of this process serves the current call. One instance is enough: the
/// current request flows with the asynchronous call, not with the instance.</summary>
internal sealed class HttpCallContext : ICallContext
{
    private readonly HttpContextAccessor _accessor = new();

    public string Caller => _accessor.HttpContext is { } context ? CallerOf(context) : "-";

    public string Query => _accessor.HttpContext?.Request.QueryString.Value ?? "";

    public CancellationToken Disconnected => _accessor.HttpContext?.RequestAborted ?? CancellationToken.None;

    internal static string CallerOf(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address
            ? new System.Net.IPEndPoint(address, context.Connection.RemotePort).ToString()
            : "-";
}

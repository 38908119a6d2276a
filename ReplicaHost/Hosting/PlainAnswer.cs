using System.Text;

namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>What a listener says to whoever did not call a service: a sentence of plain text, for the person who looks.</summary>
internal static class PlainAnswer
{
    /// <summary>Answers.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="sentence">What to say.</param>
    public static Task WriteAsync(HttpContext context, int status, string sentence)
    {
        var line = Encoding.UTF8.GetBytes(sentence + "\n");
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = line.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(line, context.RequestAborted).AsTask();
    }

    /// <summary>What an address is, and where things are there.</summary>
    /// <param name="settings">The listener.</param>
    /// <param name="endpoints">Its services.</param>
    public static string About(SoapListenerSettings settings, IReadOnlyList<SoapEndpoint> endpoints)
    {
        var published = endpoints.Where(endpoint => endpoint.PublishWsdl).ToArray();
        if (published.Length == 0)
        {
            return "This is the address of a PaxosWcf replica for other replicas. Clients call another one.";
        }

        var services = string.Join(" and ", published.Select(endpoint => $"{endpoint.Path} (its WSDL: {endpoint.Path}?wsdl)"));
        var health = settings.Health.Count == 0 ? "" : $" How the replica is, is told at {string.Join(" and ", settings.Health.Keys.Order(StringComparer.Ordinal))}.";
        return $"This is the address of a PaxosWcf replica for clients. SOAP is served at {services}, by POST.{health}";
    }
}

using System.Collections.Frozen;
using PaxosWcf.ReplicaHost.Hosting.Dispatcher;

namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>The SOAP stack of the default build: our own dispatcher. The other flavour's folder has a class of the same
/// name and calls; the build takes one.</summary>
internal static class SoapStack
{
    /// <summary>Registers what the stack needs in the listener's container: for this one, nothing.</summary>
    public static void AddServices(
        WebApplicationBuilder builder, SoapListenerSettings settings, IReadOnlyList<SoapEndpoint> endpoints)
    {
    }

    /// <summary>Puts the endpoints behind the listener's pipeline.</summary>
    public static void Map(
        WebApplication application,
        SoapListenerSettings settings,
        IReadOnlyList<SoapEndpoint> endpoints,
        ILoggerFactory loggers)
    {
        var about = PlainAnswer.About(settings, endpoints);
        var dispatchers = endpoints.ToFrozenDictionary(
            endpoint => endpoint.Path,
            endpoint => new SoapDispatcher(endpoint, settings, about, loggers),
            StringComparer.OrdinalIgnoreCase);
        application.Run(context =>
        {
            if (dispatchers.TryGetValue(context.Request.Path.Value ?? "", out var dispatcher))
            {
                return dispatcher.InvokeAsync(context);
            }
            return PlainAnswer.WriteAsync(context, StatusCodes.Status404NotFound, $"There is nothing at this path. {about}");
        });
    }
}

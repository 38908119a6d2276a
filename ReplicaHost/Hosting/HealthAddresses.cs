using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>Paths of a listener that say how the process is, by ASP.NET Core's health checks: 200 or 503, and a sentence. GET and HEAD only; neither body nor query of
/// a request is looked at.</summary>
internal static class HealthAddresses
{
    /// <summary>Whether this path is one of them.</summary>
    public static bool Answer(SoapListenerSettings settings, PathString path) => settings.Health.ContainsKey(path.Value ?? "");

    /// <summary>Registers the checks in the listener's container.</summary>
    public static void AddServices(WebApplicationBuilder builder, SoapListenerSettings settings)
    {
        if (settings.Health.Count == 0)
        {
            return;
        }

        var checks = builder.Services.AddHealthChecks();
        foreach (var (path, check) in settings.Health)
        {
            checks.AddCheck(path, check);
        }
    }

    /// <summary>Puts them behind the listener's pipeline.</summary>
    public static void Map(WebApplication application, SoapListenerSettings settings, ILoggerFactory loggers)
    {
        if (settings.Health.Count == 0)
        {
            return;
        }

        var log = loggers.CreateLogger(HostingLog.HostingCategory);
        application.MapWhen(context => Answer(settings, context.Request.Path), branch =>
        {
            branch.Use((context, next) => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? next(context) : RefuseAsync(context));
            foreach (var path in settings.Health.Keys)
            {
                // Its own headers say that no answer is to be kept.
                branch.UseHealthChecks(path, new HealthCheckOptions
                {
                    Predicate = check => check.Name == path,
                    ResponseWriter = (context, report) => WriteAsync(context, report.Entries[path], log),
                });
            }
        });
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.Allow = "GET, HEAD";
        return PlainAnswer.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "How the replica is, is asked by GET or HEAD.");
    }

    private static Task WriteAsync(HttpContext context, HealthReportEntry entry, ILogger log) =>
        PlainAnswer.WriteAsync(context, context.Response.StatusCode, Sentence(context, entry, log));

    private static string Sentence(HttpContext context, HealthReportEntry entry, ILogger log)
    {
        if (entry.Exception is not { } failure)
        {
            return entry.Description!;
        }

        // What it says is for the log, not for whoever asks.
        var failureId = Guid.NewGuid().ToString("N");
        HostingLog.OperationFailed(log, failure, context.Request.Path, HttpCallContext.CallerOf(context), failureId);
        return $"The look failed. The replica's log has the reason under the id {failureId}.";
    }
}

using System.Text;
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
            branch.Use((context, next) => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? next(context) : RefuseAsync(context.Response));
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

    private static Task RefuseAsync(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        response.Headers.Allow = "GET, HEAD";
        response.ContentLength = 0;
        return Task.CompletedTask;
    }

    private static Task WriteAsync(HttpContext context, HealthReportEntry entry, ILogger log)
    {
        var line = Encoding.UTF8.GetBytes(Sentence(context, entry, log) + "\n");
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = line.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(line, context.RequestAborted).AsTask();
    }

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

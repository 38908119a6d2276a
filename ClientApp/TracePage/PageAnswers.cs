using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace PaxosWcf.ClientApp;

/// <summary>Answers what the page asks for: its files, what the replicas do, how they are, and what its reader does.</summary>
/// <param name="guard">Who may ask.</param>
/// <param name="feed">What the replicas do.</param>
/// <param name="actions">What its reader may do.</param>
/// <param name="context">What verbs work with.</param>
internal sealed class PageAnswers(PageGuard guard, TraceFeed feed, PageActions actions, VerbContext context)
{
    /// <summary>Longest request, in bytes: a key and a value that somebody types.</summary>
    public const int BodyBytesMax = 64 * 1024;

    // Stands in the HTML where the token belongs.
    private const string TokenPlace = "{token}";

    private static readonly StatusCommand Status = new();

    /// <summary>Answers a request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="closing">Cancelled when the server ends.</param>
    public async Task AnswerAsync(HttpContext http, CancellationToken closing)
    {
        PageGuard.Mark(http.Response.Headers);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(closing, http.RequestAborted);
        try
        {
            await (guard.Refuses(http.Request) is { } refused
                ? SayAsync(http, refused.Status, refused.Why, ending.Token)
                : RouteAsync(http, ending.Token));
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The page was closed, or the console ends: nobody waits for the answer.
            return;
        }
    }

    private Task RouteAsync(HttpContext http, CancellationToken cancel) => (http.Request.Method, http.Request.Path.Value) switch
    {
        ("GET", "/") => PageAsync(http, cancel),
        ("GET", "/events") => EventsAsync(http, cancel),
        ("GET", "/status") => StatusAsync(http, cancel),
        ("POST", "/do") => DoAsync(http, cancel),
        ("GET", { } path) when PageFiles.Find(path[1..]) is { } file => SendAsync(http, StatusCodes.Status200OK, file.Bytes, file.Type, cancel),
        _ => SayAsync(http, StatusCodes.Status404NotFound, "There is nothing here; the page is at /.", cancel),
    };

    private Task PageAsync(HttpContext http, CancellationToken cancel)
    {
        if (feed.IsFull)
        {
            return FullAsync(http, cancel);
        }

        (byte[] bytes, string type) = PageFiles.Find("page.html")!.Value;
        return SendAsync(http, StatusCodes.Status200OK, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace(TokenPlace, guard.Token, StringComparison.Ordinal)), type, cancel);
    }

    private async Task EventsAsync(HttpContext http, CancellationToken cancel)
    {
        using TraceListener? listener = feed.TryListen();
        if (listener is null)
        {
            await FullAsync(http, cancel);
            return;
        }

        http.Response.ContentType = "text/event-stream";

        // Sent at once, so that the page knows that it listens; and it tries again soon where the connection is lost.
        await http.Response.WriteAsync("retry: 1000\n\n", cancel);
        while (true)
        {
            await http.Response.WriteAsync(await listener.NextAsync(cancel), cancel);
        }
    }

    private async Task StatusAsync(HttpContext http, CancellationToken cancel) =>
        await ShowAsync(http, await Status.RunAsync(context, [], cancel), StatusCodes.Status200OK, cancel);

    private async Task DoAsync(HttpContext http, CancellationToken cancel)
    {
        if (!http.Request.HasJsonContentType())
        {
            await SayAsync(http, StatusCodes.Status415UnsupportedMediaType, "What is asked for is sent as application/json.", cancel);
            return;
        }

        PageActions.Asked asked;
        try
        {
            using var body = new StreamReader(http.Request.Body);
            asked = PageActions.Asked.Read(await body.ReadToEndAsync(cancel));
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await SayAsync(http, e.StatusCode, $"The page sends no more than {BodyBytesMax} bytes at once; put what is longer with the console.", cancel);
            return;
        }
        catch (UsageException e)
        {
            await SayAsync(http, StatusCodes.Status400BadRequest, e.Message, cancel);
            return;
        }

        VerbResult result = await actions.DoAsync(asked, cancel);
        await ShowAsync(http, result, StatusOf(result), cancel);
    }

    private static Task FullAsync(HttpContext http, CancellationToken cancel) => SayAsync(
        http, StatusCodes.Status503ServiceUnavailable, $"{TraceFeed.PagesMax} pages are open, and there are no more at once; close one of them.", cancel);

    private static int StatusOf(VerbResult result) => result.ExitCode switch
    {
        ExitCodes.Ok => StatusCodes.Status200OK,
        ExitCodes.Usage => StatusCodes.Status400BadRequest,
        ExitCodes.NotFoundOrFailed => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    // The sentence too, for what went well has none in its JSON.
    private static Task ShowAsync(HttpContext http, VerbResult result, int status, CancellationToken cancel)
    {
        var json = (JsonObject)result.Json.DeepClone();
        json["message"] = result.Plain;
        return SendAsync(http, status, Encoding.UTF8.GetBytes(json.ToJsonString()), "application/json; charset=utf-8", cancel);
    }

    private static Task SayAsync(HttpContext http, int status, string sentence, CancellationToken cancel) =>
        SendAsync(http, status, Encoding.UTF8.GetBytes(sentence + "\n"), "text/plain; charset=utf-8", cancel);

    private static Task SendAsync(HttpContext http, int status, byte[] bytes, string type, CancellationToken cancel)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        http.Response.ContentLength = bytes.Length;
        return http.Response.Body.WriteAsync(bytes, cancel).AsTask();
    }
}

using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using PaxosWcf.ClientApp;

namespace PaxosWcf.Tests.Console.Page;

/// <summary><c>trace --page</c> as it runs, and somebody who asks it over HTTP.</summary>
internal sealed class PageUnderTest : IAsyncDisposable
{
    private readonly Interrupts _interrupts = new();
    private readonly FirstLine _out = new();
    private readonly Task<int> _run;

    private PageUnderTest(Func<TextWriter, Interrupts, Task<int>> run) => _run = run(_out, _interrupts);

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>The token, as the page has it.</summary>
    public string Token { get; private set; } = "";

    /// <summary>Serves the page of a fake cluster, on a free port.</summary>
    public static Task<PageUnderTest> StartAsync(ConsoleUnderTest console) => StartAsync((writer, interrupts) =>
    {
        console.Writer = writer;
        return console.RunAsync(interrupts, "trace", "--page", "0");
    });

    /// <summary>Serves the page of whatever a console is given.</summary>
    public static async Task<PageUnderTest> StartAsync(Func<TextWriter, Interrupts, Task<int>> run)
    {
        var page = new PageUnderTest(run);
        Assert.AreSame(page._out.Line, await Task.WhenAny(page._out.Line, page._run), "the console ended before it served a page");
        var sentence = await page._out.Line;
        page.Address = new Uri(Regex.Match(sentence, @"http://127\.0\.0\.1:\d+/").Value);
        var html = await page.Http.GetStringAsync(page.Address);
        page.Token = Regex.Match(html, "name=\"page-token\" content=\"([0-9a-f]{32,})\"").Groups[1].Value;
        return page;
    }

    /// <summary>Has the page's token do something.</summary>
    public Task<(int Status, string Body)> DoAsync(string verb, params string[] words) => PostAsync(Token, null, verb, words);

    /// <summary>Posts what a page does, with a token or without.</summary>
    public async Task<(int Status, string Body)> PostAsync(string? token, int? replica, string verb, params string[] words)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, "do")) { Content = JsonContent.Create(new { verb, words, replica }) };
        if (token is not null)
        {
            request.Headers.Add("X-Page-Token", token);
        }

        return await SendAsync(request);
    }

    public async Task<(int Status, string Body)> SendAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<(int Status, string Body)> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, path));
        return await SendAsync(request);
    }

    /// <summary>Listens as a page does; lines of the answer come one by one.</summary>
    public async Task<(HttpResponseMessage Response, StreamReader Lines)> ListenAsync()
    {
        var response = await Http.GetAsync(new Uri(Address, "events"), HttpCompletionOption.ResponseHeadersRead);
        return (response, new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8));
    }

    /// <summary>Ctrl-C.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> InterruptAsync()
    {
        _interrupts.Interrupt();
        return await _run;
    }

    public async ValueTask DisposeAsync()
    {
        await InterruptAsync();
        Http.Dispose();
        _interrupts.Dispose();
        await _out.DisposeAsync();
    }

    private sealed class FirstLine : TextWriter
    {
        private readonly TaskCompletionSource<string> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Line => _line.Task;

        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value) => _line.TrySetResult(value ?? "");
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PaxosWcf.Tests.Soap;

/// <summary>Answers every HTTP request with the bytes that it was given, well-formed or not, and then closes the connection.</summary>
internal sealed class CannedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<Task<byte[]>> _answer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _serving;
    private readonly List<string> _requests = [];

    public CannedServer(Func<Task<byte[]>> answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/store");

    /// <summary>What was asked: the head, an empty line, the body.</summary>
    public IReadOnlyList<string> Requests => _requests;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _serving;
        _listener.Stop();
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                _requests.Add(await ReadRequestAsync(client.GetStream(), _stopping.Token));
                await client.GetStream().WriteAsync(await _answer().WaitAsync(_stopping.Token));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (IOException)
            {
                // The client went away, as some tests have it; the next one is served.
                continue;
            }
        }
    }

    // Latin-1, so that each byte is a character.
    private static async Task<string> ReadRequestAsync(NetworkStream stream, CancellationToken stopping)
    {
        var request = new StringBuilder();
        var buffer = new byte[16 << 10];
        while (!IsWhole(request.ToString()))
        {
            var read = await stream.ReadAsync(buffer, stopping);
            if (read == 0)
            {
                break;
            }

            request.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return request.ToString();
    }

    private static bool IsWhole(string request)
    {
        var head = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0)
        {
            return false;
        }

        const string Length = "\r\nContent-Length: ";
        var at = request.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        return at < 0
            ? request.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal)
            : request.Length == head + 4 + int.Parse(request[(at + Length.Length)..].Split('\r')[0], CultureInfo.InvariantCulture);
    }
}

using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Hosting;

namespace PaxosWcf.Benchmarks.Echo;

/// <summary>A replica host's doors with nothing behind them: the same SOAP stack, limits, contracts and encodings.</summary>
internal static class EchoServer
{
    /// <summary>What it prints before its two addresses, once it serves.</summary>
    public const string Ready = "READY";

    private static readonly Uri AnyPort = new("http://127.0.0.1:0");

    /// <summary>Serves until standard input ends.</summary>
    public static async Task<int> RunAsync(CancellationToken cancel)
    {
        await using SoapListener store = await ListenAsync(
            new SoapEndpoint(typeof(IKeyValueStore), new EchoStore(), ServicePaths.KeyValueStore, SoapEncoding.Text, PublishWsdl: true),
            WireLimits.ClientMessageBytesMax,
            cancel);
        await using SoapListener acceptor = await ListenAsync(
            new SoapEndpoint(typeof(IAcceptor), new EchoAcceptor(), ServicePaths.Acceptor, SoapEncoding.Binary, PublishWsdl: false),
            WireLimits.PeerMessageBytesMax,
            cancel);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Ready} {store.Address} {acceptor.Address}"));
        while (await Console.In.ReadLineAsync(cancel) is not null)
        {
            // Whatever is typed means nothing; only the end does.
        }

        return ExitCodes.Done;
    }

    private static Task<SoapListener> ListenAsync(SoapEndpoint endpoint, int requestBytesMax, CancellationToken cancel)
    {
        var settings = new SoapListenerSettings
        {
            Listen = AnyPort,
            Limits = new SoapHostLimits { RequestBytesMax = requestBytesMax },
        };
        return SoapListener.StartAsync(settings, [endpoint], NullLoggerFactory.Instance, cancel);
    }
}

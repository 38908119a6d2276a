using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.Tests.Host;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Telemetry;

/// <summary>A replica's process and its environment.</summary>
[TestClass]
[TestCategory("Cluster")]
public sealed class TelemetryProcessTests(TestContext test)
{
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Sdk_IsLoadedOnlyWhereItIsUsed()
    {
        Assert.IsEmpty(await LoadedAsync(("OTEL_SERVICE_NAME", "shop"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "")));
        Assert.IsEmpty(await LoadedAsync(("OTEL_SDK_DISABLED", "true"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"), ("PAXOSWCF_Replica__MetricsAddress", "http://127.0.0.1:0")));
        Assert.Contains("OpenTelemetry.dll", await LoadedAsync(("PAXOSWCF_Replica__MetricsAddress", "http://127.0.0.1:0")));
    }

    [TestMethod]
    public async Task Environment_SaysWhereToSend()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var directory = new TemporaryDirectory();
        using var process = Start(directory, ("OTEL_EXPORTER_OTLP_ENDPOINT", $"{collector.Address}"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
        await ReadyAsync(process);
        await StopAsync(process);

        Assert.AreEqual(0, process.ExitCode);
        Assert.AreEqual("/v1/metrics", Assert.ContainsSingle(collector.TakeAll()).Path);
    }

    [TestMethod]
    public async Task MetricsAddress_ThatIsNone_EndsWithCode2AndMakesNoDirectory()
    {
        using var directory = new TemporaryDirectory();
        var start = StartInfo(directory, ("PAXOSWCF_Replica__MetricsAddress", "here"));

        var (exitCode, output, errors) = await HostProcess.RunAsync(start, test.CancellationToken);

        Assert.AreEqual(2, exitCode);
        Assert.StartsWith("The setting Replica:MetricsAddress is wrong: it is \"here\"", errors);
        Assert.DoesNotContain("   at ", output + errors);
        Assert.IsFalse(Directory.Exists(Path.Combine(directory.Path, "data")));
    }

    private async Task<string[]> LoadedAsync(params (string Name, string Value)[] environment)
    {
        using var directory = new TemporaryDirectory();
        using var process = Start(directory, environment);
        await ReadyAsync(process);
        var maps = await File.ReadAllLinesAsync($"/proc/{process.Id}/maps", test.CancellationToken);
        await StopAsync(process);
        Assert.IsNotEmpty(maps.Where(line => line.EndsWith("/PaxosWcf.Replication.dll", StringComparison.Ordinal)), "what is loaded can be seen there");
        return [.. maps.Select(line => Path.GetFileName(line)).Where(name => name.StartsWith("OpenTelemetry", StringComparison.Ordinal)).Distinct()];
    }

    private static Process Start(TemporaryDirectory directory, params (string Name, string Value)[] environment) => Process.Start(StartInfo(directory, environment))!;

    private static ProcessStartInfo StartInfo(TemporaryDirectory directory, params (string Name, string Value)[] environment)
    {
        var servers = Path.Combine(directory.Path, "servers.xml");
        ServersFile.Save(servers, new ServersConfiguration("test", [new ReplicaAddress(1, Local(), Local())]));
        var start = HostProcess.StartInfo("--id", "1", "--servers", servers, "--data", Path.Combine(directory.Path, "data"), "--bootstrap", "--stop-with-stdin");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static Uri Local()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
    }

    private async Task ReadyAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync(test.CancellationToken) is { } line)
        {
            if (line.StartsWith("READY replica 1", StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail(await process.StandardError.ReadToEndAsync(test.CancellationToken));
    }

    private async Task StopAsync(Process process)
    {
        process.StandardInput.Close();
        await process.StandardOutput.ReadToEndAsync(test.CancellationToken);
        await process.WaitForExitAsync(test.CancellationToken);
    }
}

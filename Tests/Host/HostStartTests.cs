using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.ServiceModel;
using System.Text;
using System.Text.Json;
using PaxosWcf.ClientApp;
using PaxosWcf.Contracts;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.ReplicaHost;
using PaxosWcf.Tests.Soap;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Host;

/// <summary>What keeps a replica's process from starting is said in a sentence, with an exit code that means something.</summary>
[TestClass]
[TestCategory("Cluster")]
public sealed class HostStartTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Id_Missing_IsAUsageError()
    {
        var (exitCode, _, errors) = await HostProcess.RunAsync(TestContext.CancellationToken);

        Assert.AreEqual(2, exitCode);
        Assert.Contains("--id", errors);
    }

    [TestMethod]
    [DataRow("--id x", "--id is \"x\"; it must be a whole number.")]
    [DataRow("--id 1 --log-level loud", "--log-level is \"loud\"; it must be one of Trace, Debug, ")]
    public async Task Option_ThatCannotBeRead_IsNamed(string line, string sentence)
    {
        var (exitCode, _, errors) = await HostProcess.RunAsync(TestContext.CancellationToken, line.Split(' '));

        Assert.AreEqual(2, exitCode);
        Assert.Contains(sentence, errors);
    }

    [TestMethod]
    public async Task Id_ThatDoesNotExist_IsNamed()
    {
        using var directory = new TemporaryDirectory();
        var (exitCode, _, errors) = await RunAsync(directory, Servers(FreePort(), FreePort()), id: 7);

        Assert.AreEqual(2, exitCode);
        Assert.Contains("has no replica with id 7", errors);
    }

    [TestMethod]
    public async Task ServersXml_ThatIsWrong_IsNamedWithItsLine()
    {
        using var directory = new TemporaryDirectory();
        var path = Path.Combine(directory.Path, "servers.xml");
        await File.WriteAllTextAsync(path, "<servers\n<", TestContext.CancellationToken);

        var (exitCode, _, errors) = await HostProcess.RunAsync(
            TestContext.CancellationToken, "--id", "1", "--servers", path, "--data", Path.Combine(directory.Path, "data"));

        Assert.AreEqual(2, exitCode);
        Assert.Contains("servers.xml(2,", errors);
        Assert.DoesNotContain("   at ", errors);
    }

    /// <summary>Nothing is made before: else the same command could not be repeated, for the directory would be there.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public async Task Port_InUse_IsNamed_BeforeAnythingIsMade(int which)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var ports = HostedCluster.FreePorts(3);
        ports[which] = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var directory = new TemporaryDirectory();
        var start = HostProcess.StartInfo("--id", "1", "--servers", Save(directory, Servers(ports[0], ports[1])), "--data", directory.Below("data"), "--bootstrap");
        start.Environment["PAXOSWCF_Replica__MetricsAddress"] = $"http://127.0.0.1:{ports[2]}/metrics";

        var (exitCode, output, errors) = await HostProcess.RunAsync(start, TestContext.CancellationToken);

        Assert.AreEqual(3, exitCode);
        Assert.Contains($"Cannot listen on http://127.0.0.1:{ports[which]}/", errors);
        Assert.DoesNotContain("   at ", output + errors);
        Assert.IsFalse(Directory.Exists(directory.Below("data")));
    }

    /// <summary>As by "demo" beside a cluster of one's own: the fresh disk must not speak for the replica that runs, which the others would fence for it.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Replica_StartedASecondTimeWithAnEmptyDirectory_DoesTheClusterNoHarm()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        using var directory = new TemporaryDirectory();
        foreach (var id in new[] { 1, 2, 3 })
        {
            var (exitCode, _, errors) = await HostProcess.RunAsync(
                TestContext.CancellationToken,
                "--id", $"{id}", "--servers", Save(directory, new ServersConfiguration(cluster.Servers.Cluster, cluster.Servers.Replicas)), "--data", directory.Below($"{id}"), "--bootstrap");
            Assert.AreEqual(3, exitCode, errors);
        }

        await AllVoteOnAsync(cluster);
    }

    /// <summary>The same, where it found the addresses free before it opened its directory, and somebody has the client address when it comes to listen there.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Replica_ThatLosesItsClientAddressWhileItStarts_HasSaidNothing()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        using var directory = new TemporaryDirectory();
        foreach (var id in new[] { 1, 2, 3 })
        {
            var (client, peer) = (Local(FreePort()), Local(FreePort()));
            using var taken = new TcpListener(IPAddress.Loopback, client.Port);
            using var log = new ActingLoggerFactory($"Listening on {peer} ", () =>
            {
                // While it has one address: ten of its ticks.
                taken.Start();
                Thread.Sleep(100);
            });
            var arguments = new HostArguments { Id = id, Servers = "servers.xml", Data = directory.Below($"{id}"), Bootstrap = true, ListenClient = client, ListenPeer = peer };
            await using var process = new PaxosWcf.ReplicaHost.ReplicaProcess(
                arguments, new ReplicaOptions { TickMilliseconds = 10 }, cluster.Servers, cluster.Servers.Find(id)!, log);

            var refused = await Assert.ThrowsExactlyAsync<CannotStartException>(() => process.StartAsync(TestContext.CancellationToken));

            Assert.StartsWith($"Cannot listen on {client}", refused.Message);
            Assert.IsTrue(Directory.Exists(arguments.Data), "it came that far");
        }

        await AllVoteOnAsync(cluster);
    }

    // A word that was sent is heard of with the next heartbeats.
    private async Task AllVoteOnAsync(HostedCluster cluster)
    {
        for (var written = 0; written < 50; written++)
        {
            await cluster.StoreAsync(2, store => store.PutAsync("k", [2], null));
            await Task.Delay(20, TestContext.CancellationToken);
        }

        foreach (var id in new[] { 1, 2, 3 })
        {
            Assert.AreEqual("Voter", (await cluster.ControlAsync(id, control => control.StatusAsync())).Standing);
        }
    }

    [TestMethod]
    public async Task DataDirectory_ThatCannotBeMade_IsRefused()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "data");
        await File.WriteAllTextAsync(file, "a file", TestContext.CancellationToken);

        var (exitCode, _, errors) = await RunAsync(directory, Servers(FreePort(), FreePort()), id: 1, "--bootstrap");

        Assert.AreEqual(3, exitCode);
        Assert.Contains(file, errors);
        Assert.DoesNotContain("   at ", errors);
    }

    /// <summary>Whoever took it for damage, on three replicas, would give up a store of which nothing is lost.</summary>
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Disk_FullAtTheStart_IsToldApartFromDamage_AndTheReplicaStartsOnceThereIsRoom()
    {
        using var directory = new TemporaryDirectory();
        await using var disk = await MemoryDisk.MakeAsync(directory.Below("disk"));
        var path = Save(directory, Servers(FreePort(), FreePort()));
        string[] arguments = ["--id", "1", "--servers", path, "--data", directory.Below("disk", "data"), "--stop-with-stdin"];
        await StartAndStopAsync([.. arguments, "--bootstrap"]);
        disk.Fill();

        var (exitCode, output, errors) = await HostProcess.RunAsync(TestContext.CancellationToken, arguments);

        Assert.AreEqual(4, exitCode, output + errors);
        Assert.Contains("its disk has no room left; nothing is damaged: make room and start again", output + errors);
        disk.MakeRoom();
        await StartAndStopAsync(arguments);
    }

    private async Task StartAndStopAsync(string[] arguments)
    {
        using var process = HostProcess.Start(arguments);
        Assert.IsNotNull(await ReadyAsync(process), "it serves");
        process.StandardInput.Close();
        await process.StandardOutput.ReadToEndAsync(TestContext.CancellationToken);
        await process.WaitForExitAsync(TestContext.CancellationToken);
        Assert.AreEqual(0, process.ExitCode);
    }

    [TestMethod]
    public async Task EndOfStandardInput_StopsTheProcess()
    {
        using var directory = new TemporaryDirectory();
        var path = Save(directory, Servers(FreePort(), FreePort()));
        using var process = HostProcess.Start(
            "--id", "1", "--servers", path, "--data", Path.Combine(directory.Path, "data"), "--bootstrap", "--stop-with-stdin");
        var ready = await ReadyAsync(process);

        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.CancellationToken);
        await process.WaitForExitAsync(TestContext.CancellationToken);

        Assert.IsNotNull(ready, "it said that it serves");
        Assert.AreEqual(0, process.ExitCode);
        Assert.EndsWith("R1 has stopped", output.TrimEnd());
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task CtrlC_AtTheConsoleThatHoldsItsInput_LeavesTheProcessRunning()
    {
        using var directory = new TemporaryDirectory();
        var path = Save(directory, Servers(FreePort(), FreePort()));
        using var process = HostProcess.Start(
            "--id", "1", "--servers", path, "--data", Path.Combine(directory.Path, "data"), "--bootstrap", "--stop-with-stdin");
        await ReadyAsync(process);
        await SignalAsync(process, "-INT");

        // Longer than a library that ends programs on a signal would wait.
        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.CancellationToken);

        Assert.IsFalse(process.HasExited, "it runs on");
        process.StandardInput.Close();
        await process.StandardOutput.ReadToEndAsync(TestContext.CancellationToken);
        await process.WaitForExitAsync(TestContext.CancellationToken);
        Assert.AreEqual(0, process.ExitCode);
    }

    /// <summary>A probe comes each few seconds, and what it is told the replica has said once.</summary>
    [TestMethod]
    public async Task Probes_ThatAreTold503_AreNotLogged()
    {
        using var directory = new TemporaryDirectory();
        var client = FreePort();
        var alone = new ServersConfiguration("test", [new ReplicaAddress(1, Local(client), Local(FreePort())), .. Enumerable.Range(2, 2).Select(id => new ReplicaAddress(id, Local(FreePort()), Local(FreePort())))]);
        using var process = HostProcess.Start("--id", "1", "--servers", Save(directory, alone), "--data", directory.Below("data"), "--bootstrap", "--stop-with-stdin");
        await ReadyAsync(process);
        using var http = new HttpClient();

        using var response = await http.GetAsync(new Uri(Local(client), "/health/ready"), TestContext.CancellationToken);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.CancellationToken);
        await process.WaitForExitAsync(TestContext.CancellationToken);

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("R1 has stopped", output);
        Assert.DoesNotContain("HealthChecks", output);
    }

    [TestMethod]
    public async Task ListenAddresses_OnTheCommandLine_AreTaken()
    {
        using var directory = new TemporaryDirectory();
        var path = Save(directory, Servers(FreePort(), FreePort()));
        var (client, peer) = (FreePort(), FreePort());
        using var process = HostProcess.Start(
            "--id", "1", "--servers", path, "--data", Path.Combine(directory.Path, "data"), "--bootstrap", "--stop-with-stdin",
            "--listen-client", $"http://localhost:{client}", "--listen-peer", $"http://127.0.0.1:{peer}");
        var ready = await ReadyAsync(process);

        process.StandardInput.Close();
        await process.StandardOutput.ReadToEndAsync(TestContext.CancellationToken);
        await process.WaitForExitAsync(TestContext.CancellationToken);

        Assert.AreEqual($"READY replica 1 client http://localhost:{client}/ peer http://127.0.0.1:{peer}/", ready);
    }

    /// <summary>As a variable of the environment that is not set leaves it.</summary>
    [TestMethod]
    [DataRow("--servers")]
    [DataRow("--data")]
    public async Task Path_ThatIsEmpty_IsAUsageError(string option)
    {
        var (exitCode, _, errors) = await HostProcess.RunAsync(TestContext.CancellationToken, "--id", "1", option, "");

        Assert.AreEqual(2, exitCode);
        Assert.Contains($"{option} is empty", errors);
    }

    /// <summary>The file's list is what majorities are counted in until a change of the members is chosen: another one is not taken over silently.</summary>
    [TestMethod]
    public async Task ServersXml_WithOtherMembersThanTheClusterBeganWith_IsRefused()
    {
        using var directory = new TemporaryDirectory();
        var client = FreePort();
        var alone = Servers(client, FreePort());
        string[] arguments = ["--id", "1", "--servers", Save(directory, alone), "--data", Path.Combine(directory.Path, "data")];
        using (var process = HostProcess.Start([.. arguments, "--bootstrap", "--stop-with-stdin"]))
        {
            await ReadyAsync(process);
            using var factory = new ChannelFactory<IKeyValueStore>(
                WcfBindings.Client(TimeSpan.FromSeconds(30)), new EndpointAddress(new Uri(Local(client), ServicePaths.KeyValueStore)));
            await factory.CreateChannel().PutAsync("k", [1], null);
            process.StandardInput.Close();
            await process.StandardOutput.ReadToEndAsync(TestContext.CancellationToken);
            await process.WaitForExitAsync(TestContext.CancellationToken);
        }

        Save(directory, new ServersConfiguration(
            "test", [.. alone.Replicas, .. Enumerable.Range(2, 2).Select(id => new ReplicaAddress(id, Local(FreePort()), Local(FreePort())))]));
        var (exitCode, _, errors) = await HostProcess.RunAsync(TestContext.CancellationToken, arguments);

        Assert.AreEqual(2, exitCode);
        Assert.Contains("has the replicas 1, 2, 3, and this replica knows of a cluster that was begun with 1:", errors);
        Assert.Contains("member add", errors);
    }

    /// <summary>A second signal while calls under way are waited for: the stop goes on in order.</summary>
    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task Signal_ASecondOneDuringTheStop_DoesNotCutItShort()
    {
        using var directory = new TemporaryDirectory();
        var client = FreePort();
        var servers = new ServersConfiguration(
            "test", [.. Enumerable.Range(1, 3).Select(id => new ReplicaAddress(id, Local(id == 1 ? client : FreePort()), Local(FreePort())))]);
        using var process = HostProcess.Start(
            "--id", "1", "--servers", Save(directory, servers), "--data", Path.Combine(directory.Path, "data"), "--bootstrap");
        await ReadyAsync(process);
        await using var call = await RawConnection.OpenAsync(Local(client));
        await call.SendAsync(
            $"POST {ServicePaths.KeyValueStore} HTTP/1.1\r\nHost: h\r\nContent-Type: text/xml\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n");
        Assert.Contains("100 Continue", await call.ReadLineAsync(), "the call is under way, and its body is waited for");
        var output = new StringBuilder();

        await SignalAsync(process, "-TERM");
        await UntilLineAsync(process, output, "R1 stops");
        Assert.IsFalse(process.HasExited);
        await SignalAsync(process, "-TERM");
        output.Append(await process.StandardOutput.ReadToEndAsync(TestContext.CancellationToken));
        await process.WaitForExitAsync(TestContext.CancellationToken);

        Assert.AreEqual(0, process.ExitCode, output.ToString());
    }

    [TestMethod]
    [DataRow("--listen-client", "here")]
    [DataRow("--listen-peer", "ftp://127.0.0.1:8201")]
    public async Task ListenAddress_ThatIsNone_IsNamed(string option, string address)
    {
        var (exitCode, _, errors) = await HostProcess.RunAsync(TestContext.CancellationToken, "--id", "1", option, address);

        Assert.AreEqual(2, exitCode);
        Assert.Contains($"{option} is \"{address}\"", errors);
        Assert.DoesNotContain("   at ", errors);
    }

    [TestMethod]
    public async Task Settings_ThatCannotBeRead_AreNamed()
    {
        using var directory = new TemporaryDirectory();
        var (exitCode, errors) = await RunWithFileAsync(directory, "{\n  no");

        Assert.AreEqual(2, exitCode);
        Assert.Contains($"{directory.Below("appsettings.json")}(2,3): that is not JSON.", errors);
        Assert.DoesNotContain("   at ", errors);
    }

    /// <summary>A file of the working directory may be another program's: only what looks like one of ours is taken for a slip.</summary>
    [TestMethod]
    [DataRow("""{ "Replca": { "TickMilliseconds": 7 } }""", "There is no setting Replca:TickMilliseconds (in {FILE}). Did you mean Replica")]
    [DataRow("""{ "Replica": { "TickMilliseconds": [7] } }""", "There is no setting Replica:TickMilliseconds:0 (in {FILE}).")]
    [DataRow("""{ "Replica": { "TickMilliseconds": 7, "tickMilliseconds": 7 } }""", "appsettings.json cannot be read: ")]
    [DataRow("""{ "AllowedHosts": "*", "Kestrel": { "X": 1 }, "Replica": { "TickMilliseconds": 1 } }""", "The setting Replica:TickMilliseconds (in {FILE}) is \"1\"; ")]
    [DataRow("""{ "Logging": { "LogLevel": { "Default": "Tracee" } } }""", "The setting Logging:LogLevel:Default (in {FILE}) is \"Tracee\"; ")]
    public async Task SettingsOfAFile_ThatAreWrong_AreNamed_AndTheFile(string json, string sentence)
    {
        using var directory = new TemporaryDirectory();

        var (exitCode, errors) = await RunWithFileAsync(directory, json);

        Assert.AreEqual(2, exitCode, errors);
        Assert.Contains(sentence.Replace("{FILE}", directory.Below("appsettings.json"), StringComparison.Ordinal), errors);
        Assert.HasCount(1, errors.Trim().Split('\n'));
    }

    [TestMethod]
    [DataRow(null, """^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info: PaxosWcf\.Replica\[500\] R1 of cluster test starts, incarnation first, data in """)]
    [DataRow("Simple", """^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info: PaxosWcf\.Replica\[500\] R1 of cluster test starts, incarnation first, data in """)]
    [DataRow("json", """^\{"Timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","EventId":500,"LogLevel":"Information","Category":"PaxosWcf\.Replica","Message":"R1 of cluster test starts, incarnation first, data in .*"State":\{.*"Replica":1,"Cluster":"test",""")]
    public async Task Log_HasUtcTimeStamps_AsTextOrJson(string? formatter, string line)
    {
        using var directory = new TemporaryDirectory();
        var start = HostProcess.StartInfo(
            "--id", "1", "--servers", Save(directory, Servers(FreePort(), FreePort())), "--data", directory.Below("data"), "--bootstrap", "--stop-with-stdin");
        start.Environment["PAXOSWCF_Logging__Console__FormatterName"] = formatter;
        using var process = Process.Start(start)!;
        var output = new StringBuilder();
        await UntilLineAsync(process, output, "READY replica 1 client ");
        process.StandardInput.Close();
        output.Append(await process.StandardOutput.ReadToEndAsync(TestContext.CancellationToken));
        await process.WaitForExitAsync(TestContext.CancellationToken);

        Assert.AreEqual(0, process.ExitCode);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var started = lines.Single(said => said.Contains("of cluster test starts", StringComparison.Ordinal));
        Assert.MatchesRegex(line, started);
        Assert.IsLessThan(TimeSpan.FromMinutes(5), (DateTimeOffset.UtcNow - DateTimeOffset.Parse(StampOf(started), CultureInfo.InvariantCulture)).Duration());
        if (formatter == "json")
        {
            Assert.IsEmpty(lines.Where(said => !said.StartsWith('{') && !said.StartsWith("READY ", StringComparison.Ordinal)));
        }
    }

    private static string StampOf(string line) => line.StartsWith('{') ? JsonDocument.Parse(line).RootElement.GetProperty("Timestamp").GetString()! : line.Split(' ')[0];

    /// <summary>Whoever starts a replica by the console, or under its lock, has them in the environment.</summary>
    [TestMethod]
    public async Task Variables_OfTheConsole_AreNotTakenForSettings()
    {
        string[] variables = [ClientCertificates.PasswordVariable, LockedCommand.KeyVariable, LockedCommand.NumberVariable];
        using var directory = new TemporaryDirectory();
        var start = HostProcess.StartInfo("--id", "1", "--servers", Save(directory, Servers(FreePort(), FreePort())), "--data", directory.Below("data"));
        foreach (var variable in variables)
        {
            start.Environment[variable] = "x";
        }

        start.Environment["PAXOSWCF_Replica__TickMilliseconds"] = "1";
        var (_, _, errors) = await HostProcess.RunAsync(start, TestContext.CancellationToken);

        Assert.StartsWith("The setting Replica:TickMilliseconds (PAXOSWCF_Replica__TickMilliseconds in the environment) is \"1\"", errors);
    }

    /// <summary>They are in every pod beside a service called so.</summary>
    [TestMethod]
    public async Task Variables_OfKubernetesForAServiceOfOurName_AreNotTakenForSettings()
    {
        using var directory = new TemporaryDirectory();
        var start = HostProcess.StartInfo("--id", "1", "--servers", Save(directory, Servers(FreePort(), FreePort())), "--data", directory.Below("data"));
        foreach (var (name, value) in KubernetesVariables)
        {
            start.Environment[name] = value;
        }

        start.Environment["PAXOSWCF_Replica__TickMilliseconds"] = "1";
        var (_, _, errors) = await HostProcess.RunAsync(start, TestContext.CancellationToken);

        Assert.StartsWith("The setting Replica:TickMilliseconds (PAXOSWCF_Replica__TickMilliseconds in the environment) is \"1\"", errors);
    }

    // As Kubernetes writes them for a service with one named port.
    private static readonly (string Name, string Value)[] KubernetesVariables =
    [
        ("PAXOSWCF_SERVICE_HOST", "10.0.0.11"), ("PAXOSWCF_SERVICE_PORT", "8101"), ("PAXOSWCF_SERVICE_PORT_CLIENT", "8101"),
        ("PAXOSWCF_SERVICE_PORT_CLIENT_ADDRESS", "8101"), ("PAXOSWCF_PORT", "tcp://10.0.0.11:8101"), ("PAXOSWCF_PORT_8101_TCP", "tcp://10.0.0.11:8101"),
        ("PAXOSWCF_PORT_8101_TCP_PROTO", "tcp"), ("PAXOSWCF_PORT_8101_TCP_PORT", "8101"), ("PAXOSWCF_PORT_8101_TCP_ADDR", "10.0.0.11"),
    ];

    private async Task<(int ExitCode, string Errors)> RunWithFileAsync(TemporaryDirectory directory, string json)
    {
        await File.WriteAllTextAsync(directory.Below("appsettings.json"), json, TestContext.CancellationToken);
        var start = HostProcess.StartInfo("--id", "1", "--servers", Save(directory, Servers(FreePort(), FreePort())));
        start.WorkingDirectory = directory.Path;
        var (exitCode, _, errors) = await HostProcess.RunAsync(start, TestContext.CancellationToken);
        return (exitCode, errors);
    }

    [TestMethod]
    [DataRow("PAXOSWCF_Replica__TimingReportSeconds", "1e10", "The setting Replica:TimingReportSeconds (PAXOSWCF_Replica__TimingReportSeconds in the environment) is \"1e10\"; it must be a number from 0 to 3600.")]
    [DataRow("PAXOSWCF_Replica__timingreportseconds", "-0.4", "The setting Replica:TimingReportSeconds (PAXOSWCF_Replica__TimingReportSeconds in the environment) is \"-0.4\"; it must be a number from 0 to 3600.")]
    [DataRow("PAXOSWCF_Replica__TickMilliseconds", "fast", "The setting Replica:TickMilliseconds (PAXOSWCF_Replica__TickMilliseconds in the environment) is \"fast\"; it must be a whole number from 5 to 1000.")]
    [DataRow("PAXOSWCF_Replica__TickMilliseconds", "7.5", "The setting Replica:TickMilliseconds (PAXOSWCF_Replica__TickMilliseconds in the environment) is \"7.5\"; it must be a whole number from 5 to 1000.")]
    [DataRow("PAXOSWCF_Replica__StoreMebibytesMax", "-1", "The setting Replica:StoreMebibytesMax (PAXOSWCF_Replica__StoreMebibytesMax in the environment) is \"-1\"; it must be a whole number from 0 to 1073741824.")]
    [DataRow("PAXOSWCF_Replica__PeerCallTimeoutMilliseconds", "199", "a call between replicas must be given four ticks at least. Given: Replica:PeerCallTimeoutMilliseconds (PAXOSWCF_Replica__PeerCallTimeoutMilliseconds in the environment)")]
    [DataRow("PAXOSWCF_PORT", "8101", "There is no setting PORT (PAXOSWCF_PORT in the environment). ")]
    [DataRow("PAXOSWCF_METRICS_PORT", "9464", "There is no setting METRICS_PORT (PAXOSWCF_METRICS_PORT in the environment). ")]
    [DataRow("PAXOSWCF_SERVICE_HOSTS", "x", "There is no setting SERVICE_HOSTS (PAXOSWCF_SERVICE_HOSTS in the environment). ")]
    [DataRow("PAXOSWCF_Replica__Storage__LogSlotsMax", "7", "There is no setting Replica:Storage:LogSlotsMax (PAXOSWCF_Replica__Storage__LogSlotsMax in the environment). Did you mean Replica:LogSlotsMax?")]
    [DataRow("PAXOSWCF_Replica__TickMilliseconds__X", "7", "There is no setting Replica:TickMilliseconds:X ")]
    [DataRow("PAXOSWCF_Replica__TickMiliseconds", "7", "Did you mean Replica:TickMilliseconds?")]
    [DataRow("PAXOSWCF_Replica_TickMilliseconds", "7", "There is no setting Replica_TickMilliseconds (PAXOSWCF_Replica_TickMilliseconds in the environment). Did you mean Replica:TickMilliseconds?")]
    [DataRow("PAXOSWCF_Replca__X", "1", "There is no setting Replca:X (PAXOSWCF_Replca__X in the environment). Did you mean Replica?")]
    [DataRow("PAXOSWCF_TickMilliseconds", "7", "There is no setting TickMilliseconds (PAXOSWCF_TickMilliseconds in the environment). Did you mean Replica:TickMilliseconds?")]
    [DataRow("PAXOSWCF_Replica", "7", "There is no setting Replica (PAXOSWCF_Replica in the environment). ")]
    [DataRow("PAXOSWCF_Kestrel__Endpoints__X__Url", "http://0.0.0.0:80", "There is no setting Kestrel:Endpoints:X:Url (PAXOSWCF_Kestrel__Endpoints__X__Url in the environment). A replica has the sections Replica and Logging,")]
    [DataRow("PAXOSWCF_Logging__Console__FormatterName", "systemd", "The setting Logging:Console:FormatterName (PAXOSWCF_Logging__Console__FormatterName in the environment) is \"systemd\"; it must be simple ")]
    [DataRow("PAXOSWCF_Logging__Console__FormaterName", "json", "There is no setting Logging:Console:FormaterName (PAXOSWCF_Logging__Console__FormaterName in the environment). Did you mean Logging:Console:FormatterName?")]
    [DataRow("PAXOSWCF_Logging__Console__FormatterOptions__SingleLine", "false", "There is no setting Logging:Console:FormatterOptions:SingleLine (PAXOSWCF_Logging__Console__FormatterOptions__SingleLine in the environment). ")]
    [DataRow("PAXOSWCF_Logging__Console__LogToStandardErrorThreshold", "loud", "The setting Logging:Console:LogToStandardErrorThreshold (PAXOSWCF_Logging__Console__LogToStandardErrorThreshold in the environment) is \"loud\"; it must be one of Trace, ")]
    [DataRow("PAXOSWCF_Logging__EventLog__LogLevel__Default", "Debug", "There is no setting Logging:EventLog:LogLevel:Default (PAXOSWCF_Logging__EventLog__LogLevel__Default in the environment). ")]
    [DataRow("PAXOSWCF_Logging__LogLevel__Default", "Tracee", "The setting Logging:LogLevel:Default (PAXOSWCF_Logging__LogLevel__Default in the environment) is \"Tracee\"; it must be one of Trace, Debug, ")]
    [DataRow("PAXOSWCF_Logging__Console__LogLevel__Default", "Tracee", "The setting Logging:Console:LogLevel:Default (PAXOSWCF_Logging__Console__LogLevel__Default in the environment) is \"Tracee\"; it must be one of Trace, Debug, ")]
    public async Task Setting_ThatIsWrong_IsNamed(string name, string value, string sentence)
    {
        using var directory = new TemporaryDirectory();
        var start = HostProcess.StartInfo("--id", "1", "--servers", Save(directory, Servers(FreePort(), FreePort())), "--data", directory.Below("data"), "--bootstrap");
        start.Environment[name] = value;

        var (exitCode, _, errors) = await HostProcess.RunAsync(start, TestContext.CancellationToken);

        Assert.AreEqual(2, exitCode, errors);
        Assert.Contains(sentence, errors);
        Assert.IsFalse(Directory.Exists(directory.Below("data")));
    }

    /// <summary>Else the same command could not be repeated with it: the directory would be there.</summary>
    [TestMethod]
    public async Task Https_WithoutACertificate_IsRefusedBeforeAnythingIsMade()
    {
        using var directory = new TemporaryDirectory();
        var servers = new ServersConfiguration("test", [new ReplicaAddress(1, new Uri($"https://127.0.0.1:{FreePort()}/"), Local(FreePort()))]);

        var (exitCode, _, errors) = await RunAsync(directory, servers, id: 1, "--bootstrap");

        Assert.AreEqual(2, exitCode, errors);
        Assert.Contains("CertificatePath", errors);
        Assert.IsFalse(Directory.Exists(directory.Below("data")));
    }

    /// <summary>As at a pipe that nobody reads, and that is full.</summary>
    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Output_ThatNobodyTakes_HoldsNeitherTheReplicaUpNorItsStop()
    {
        using var directory = new TemporaryDirectory();
        var client = FreePort();
        var host = HostProcess.StartInfo(
            "--id", "1", "--servers", Save(directory, Servers(client, FreePort())), "--data", directory.Below("data"), "--bootstrap");
        var start = new ProcessStartInfo("sh") { WorkingDirectory = directory.Path };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("mkfifo full && exec 3<>full && dd if=/dev/zero of=full bs=65536 count=1 status=none && exec \"$0\" \"$@\" >&3");
        foreach (var part in host.ArgumentList.Prepend(host.FileName))
        {
            start.ArgumentList.Add(part);
        }

        using var process = Process.Start(start)!;
        while (!await IsServedAsync(client))
        {
            Assert.IsFalse(process.HasExited);
            await Task.Delay(50, TestContext.CancellationToken);
        }

        await SignalAsync(process, "-TERM");
        await process.WaitForExitAsync(TestContext.CancellationToken);

        Assert.AreEqual(0, process.ExitCode);
    }

    private static async Task<bool> IsServedAsync(int port)
    {
        try
        {
            using var connection = new TcpClient();
            await connection.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Uri Local(int port) => new($"http://127.0.0.1:{port}/");

    private async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{process.Id}"]);
        await kill.WaitForExitAsync(TestContext.CancellationToken);
        Assert.AreEqual(0, kill.ExitCode, "it was sent");
    }

    private async Task UntilLineAsync(Process process, StringBuilder output, string part)
    {
        while (!output.ToString().Contains(part, StringComparison.Ordinal))
        {
            output.AppendLine(await process.StandardOutput.ReadLineAsync(TestContext.CancellationToken) ?? throw new AssertFailedException(output.ToString()));
        }
    }

    private async Task<string?> ReadyAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync(TestContext.CancellationToken) is { } line)
        {
            if (line.StartsWith("READY replica 1 client http://", StringComparison.Ordinal))
            {
                return line;
            }
        }

        return null;
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(
        TemporaryDirectory directory, ServersConfiguration servers, int id, params string[] more) => HostProcess.RunAsync(
            TestContext.CancellationToken,
            ["--id", $"{id}", "--servers", Save(directory, servers), "--data", Path.Combine(directory.Path, "data"), .. more]);

    private static string Save(TemporaryDirectory directory, ServersConfiguration servers)
    {
        var path = Path.Combine(directory.Path, "servers.xml");
        ServersFile.Save(path, servers);
        return path;
    }

    private static ServersConfiguration Servers(int clientPort, int peerPort) => new(
        "test", [new ReplicaAddress(1, new Uri($"http://127.0.0.1:{clientPort}/"), new Uri($"http://127.0.0.1:{peerPort}/"))]);

    private static int FreePort() => HostedCluster.FreePorts(1)[0];
}

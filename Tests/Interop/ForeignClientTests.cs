using System.Diagnostics;
using System.Runtime.CompilerServices;
using PaxosWcf.Tests.Host;

namespace PaxosWcf.Tests.Interop;

/// <summary>SOAP tools of other makes, each given nothing but the address of the WSDL: every operation of the store once at least, and typed
/// faults.</summary>
[TestClass]
[TestCategory("Interop")]
public sealed class ForeignClientTests(TestContext test)
{
    // Debian's own interpreter: its package of zeep is not seen by any other
    private const string Python = "/usr/bin/python3";

    [TestMethod]
    public async Task Zeep_FromTheWsdlAlone_CallsEveryOperation()
    {
        await NeedAsync("python3-zeep", Python, "-c", "import zeep");
        await RunAgainstStoreAsync(Python, Script("client.py"));
    }

    [TestMethod]
    public async Task PhpSoapClient_FromTheWsdlAlone_CallsEveryOperation()
    {
        await NeedAsync("php-soap", "php", "-r", "exit(class_exists('SoapClient') ? 0 : 1);");
        await RunAgainstStoreAsync("php", Script("client.php"));
    }

    [TestMethod]
    public async Task NpmSoap_FromTheWsdlAlone_CallsEveryOperation()
    {
        var folder = Path.GetDirectoryName(Script("node/client.js"))!;
        await NeedAsync("npm's soap", "node", "-e", $"require(require.resolve('soap', {{ paths: ['{folder}'] }}))");
        await RunAgainstStoreAsync("node", Script("node/client.js"));
    }

    // Three real replicas; the one thing a script needs is the address of any of them.
    private async Task RunAgainstStoreAsync(string program, string script)
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);

        var (exitCode, output) = await RunAsync(program, script, cluster.ClientAddress(2).GetLeftPart(UriPartial.Authority));

        Assert.AreEqual(0, exitCode, output);
        Assert.Contains("interop ok", output);
    }

    private async Task NeedAsync(string package, string program, params string[] arguments)
    {
        var (exitCode, output) = await RunAsync(program, arguments);
        if (exitCode != 0)
        {
            Assert.Inconclusive($"{package} is not installed here; .ci/install-test-tools does it. {output}");
        }
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            return (-1, absent.Message);
        }
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(test.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
        return (process.ExitCode, await output + await errors);
    }

    private static string Script(string name, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, name);
}

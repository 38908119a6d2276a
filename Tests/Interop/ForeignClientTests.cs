using System.Diagnostics;
using System.Runtime.CompilerServices;
using PaxosWcf.Tests.Soap;

namespace PaxosWcf.Tests.Interop;

/// <summary>SOAP tools of other makes, each given nothing but the address of the WSDL: Put, Get, ContainsKey, Delete, a
/// session, and a typed fault.</summary>
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

    // The one thing a script needs is a base address.
    private async Task RunAgainstStoreAsync(string program, string script)
    {
        await using var host = await SoapTestHost.StartAsync();

        var (exitCode, output) = await RunAsync(program, script, host.Address.GetLeftPart(UriPartial.Authority));

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
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output + await errors);
    }

    private static string Script(string name, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, name);
}

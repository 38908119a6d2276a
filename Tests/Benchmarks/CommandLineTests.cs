using PaxosWcf.Benchmarks.CommandLine;

namespace PaxosWcf.Tests.Benchmarks;

/// <summary>What a command line that makes no sense is answered.</summary>
[TestClass]
public sealed class CommandLineTests
{
    [TestMethod]
    [DataRow("cluster --ops write", "\"write\"")]
    [DataRow("cluster --ops put,", "\"\"")]
    [DataRow("cluster --clients 0", "\"0\"")]
    [DataRow("cluster --clients many", "\"many\"")]
    [DataRow("cluster --values 2MiB", "\"2MiB\"")]
    [DataRow("cluster --seconds x", "--seconds is \"x\"; it must be a number.")]
    [DataRow("cluster --seconds NaN", "--seconds must be")]
    [DataRow("cluster --keys 1.5", "--keys is \"1.5\"; it must be a whole number.")]
    [DataRow("cluster --client one", "--client is \"one\"; it must be one of Library, ")]
    [DataRow("cluster --seconds 0", "--seconds must be")]
    [DataRow("cluster --warm-up -1", "--warm-up must be")]
    [DataRow("cluster --settle -1", "--settle must be")]
    [DataRow("cluster --repetitions 0", "--repetitions must be")]
    [DataRow("cluster --keys 3", "--keys must be")]
    [DataRow("compare --with cockroach", "cockroach")]
    [DataRow("fly", "fly")]
    public void WrongArguments_AreNamed(string line, string named)
    {
        var errors = BenchmarksCommand.Root().Parse(line.Split(' ')).Errors;

        Assert.IsNotEmpty(errors);
        Assert.Contains(named, string.Join('\n', errors.Select(e => e.Message)));
    }

    [TestMethod]
    [DataRow("cluster --ops put,get,batch-100,ycsb-a --clients 1,64 --values 0,100,100B,16KiB --seconds 0.5 --warm-up 0 --json -")]
    [DataRow("compare --with etcd --repetitions 3")]
    [DataRow("echo")]
    [DataRow("inside --clients 1,16")]
    [DataRow("inside --with-dotnext")]
    [DataRow("goal")]
    [DataRow("core --filter *Leader*")]
    public void RightArguments_AreTaken(string line)
    {
        Assert.IsEmpty(BenchmarksCommand.Root().Parse(line.Split(' ')).Errors);
    }

    [TestMethod]
    [DataRow("cluster --history x --client channel")]
    [DataRow("cluster --servers /no/such/servers.xml")]
    public async Task ArgumentsThatDoNotFit_EndWithTheUsageCode(string line)
    {
        Assert.AreEqual(PaxosWcf.Benchmarks.ExitCodes.Usage, await BenchmarksCommand.RunAsync(line.Split(' ')));
    }
}

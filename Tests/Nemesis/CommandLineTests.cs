using PaxosWcf.Nemesis;

namespace PaxosWcf.Tests.Nemesis;

/// <summary>What a command line that makes no sense is answered.</summary>
[TestClass]
public sealed class CommandLineTests
{
    [TestMethod]
    [DataRow("--minutes x", "--minutes is \"x\"; it must be a number.")]
    [DataRow("--minutes 0", "--minutes must be above 0")]
    [DataRow("--clients 1.5", "--clients is \"1.5\"; it must be a whole number.")]
    [DataRow("--clients 0", "--clients must be 1..1000.")]
    [DataRow("--seed x", "--seed is \"x\"; it must be a whole number.")]
    [DataRow("--only flood", "--only takes ")]
    [DataRow("--only", "--only")]
    public void WrongArguments_AreNamed(string line, string named)
    {
        var errors = NemesisCommand.Root().Parse(line.Split(' ')).Errors;

        Assert.IsNotEmpty(errors);
        Assert.Contains(named, string.Join('\n', errors.Select(e => e.Message)));
    }
}

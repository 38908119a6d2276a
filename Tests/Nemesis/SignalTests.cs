using System.Diagnostics;
using PaxosWcf.Nemesis;

namespace PaxosWcf.Tests.Nemesis;

[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class SignalTests(TestContext test)
{
    private const int Nothing = 0;

    /// <summary>Whatever a fault signals may have ended since it was looked at: that must not end the run.</summary>
    [TestMethod]
    public async Task Signal_ProcessHasEnded_IsToldAndDoesNotThrow()
    {
        using var process = Process.Start(new ProcessStartInfo("sleep", "60"))!;
        Assert.IsTrue(LibC.Signal(process.Id, Nothing));
        process.Kill();
        await process.WaitForExitAsync(test.CancellationToken);

        Assert.IsFalse(LibC.Signal(process.Id, LibC.SigTerm));
    }
}

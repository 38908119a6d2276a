using PaxosWcf.ClientApp;

namespace PaxosWcf.Tests.Console;

/// <summary>Chaos passes when nothing was lost, and something could have been.</summary>
[TestClass]
public sealed class ChaosReportTests
{
    [TestMethod]
    [DataRow(false, "PASSED: 3 kills")]
    [DataRow(true, "PASSED: 3 restarts")]
    public void Rounds_AllWell_Pass(bool rolling, string verdict) => Judged(rolling, ExitCodes.Ok, verdict, Round() with { Kills = 0 }, Round());

    [TestMethod]
    [DataRow(false, "FAILED: 0 kills, 200 acknowledged writes, 0 missing: nobody was killed, which shows nothing")]
    [DataRow(true, "FAILED: 0 restarts")]
    public void Rounds_WithoutAnyKill_Fail(bool rolling, string verdict) =>
        Judged(rolling, ExitCodes.NotFoundOrFailed, verdict, Round() with { Kills = 0 }, Round() with { Kills = 0 });

    [TestMethod]
    public void Rounds_WithoutAnyWrite_Fail() => Judged(false, ExitCodes.NotFoundOrFailed, "FAILED: 3 kills, 0 acknowledged", Round() with { Acknowledged = 0 });

    [TestMethod]
    [DataRow("lost")]
    [DataRow("contents")]
    [DataRow("ended")]
    public void Rounds_OneThatIsWrong_Fail(string what)
    {
        ChaosRound wrong = what switch
        {
            "lost" => Round() with { Findings = Findings(DigestVerdict.Same, "k is lost") },
            "ended" => Round() with { Ended = ["Replica 3 ended by itself"] },
            _ => Round() with { Findings = Findings(DigestVerdict.Different) },
        };

        Judged(false, ExitCodes.NotFoundOrFailed, "see the rounds above. Seed 7.", Round(), wrong);
    }

    [TestMethod]
    public void Round_InWhichAReplicaEndedByItself_SaysSo()
    {
        Judged(false, ExitCodes.NotFoundOrFailed, "Replica 3 ended by itself with exit code 4: The disk failed.", Round() with
        {
            Ended = ["Replica 3 ended by itself with exit code 4: The disk failed."],
        });
        Judged(false, ExitCodes.NotFoundOrFailed, "0 missing, 1 replica ended by itself", Round() with { Ended = ["Replica 3"] });
    }

    /// <summary>What a kill may do to a call, a restart in order may not.</summary>
    [TestMethod]
    [DataRow(false, ExitCodes.Ok, "PASSED")]
    [DataRow(true, ExitCodes.NotFoundOrFailed, "FAILED")]
    public void Rounds_WithACallThatFailed_FailWhereNothingWasKilled(bool rolling, int exitCode, string verdict) =>
        Judged(rolling, exitCode, verdict, Round() with { Refused = 1 });

    private static void Judged(bool rolling, int exitCode, string verdict, params ChaosRound[] rounds)
    {
        using var console = new ConsoleUnderTest();
        var report = new ChaosReport(new Printer(console.Io(), json: false), new ChaosPlan
        {
            Rounds = rounds.Length,
            Clients = 1,
            RoundTime = TimeSpan.FromSeconds(5),
            KillEvery = TimeSpan.FromSeconds(1),
            Seed = 7,
            Rolling = rolling,
        });
        Array.ForEach(rounds, report.Add);

        Assert.AreEqual(exitCode, report.Conclude());
        Assert.Contains(verdict, console.Out + console.Error);
    }

    private static ChaosRound Round() =>
        new(1, Acknowledged: 100, Unknown: 0, Refused: 0, Kills: 3, TimeSpan.Zero, TimeSpan.FromMilliseconds(90), Findings(DigestVerdict.Same));

    private static ChaosFindings Findings(DigestVerdict verdict, params string[] lost) => new(new DigestComparison(verdict, [], "a sentence"), lost);
}

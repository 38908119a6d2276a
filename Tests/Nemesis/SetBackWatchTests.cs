using PaxosWcf.Nemesis;

namespace PaxosWcf.Tests.Nemesis;

/// <summary>A replica whose disk has forgotten something is a finding, unless somebody set it back.</summary>
[TestClass]
public sealed class SetBackWatchTests
{
    private const string SetBack = "The disk was set back: R2 remembers start 3, promise 4.1, slots held through 9, and the disk holds start 2, promise 4.1, slots held through 8";

    [TestMethod]
    public void Disk_ThatNobodySetBack_IsFound()
    {
        var findings = new Findings(_ => { });
        var watch = new SetBackWatch(findings);
        watch.Heard(4, "Is from now on: Voter");
        Assert.IsEmpty(findings.All);

        using (watch.Expect(4))
        {
            watch.Heard(4, SetBack);
            Assert.IsEmpty(findings.All);
            watch.Heard(5, SetBack);
            Assert.Contains("replica 5", findings.All.Single());
        }

        watch.Heard(4, SetBack);
        Assert.HasCount(2, findings.All);
    }

    /// <summary>Who is to be heard and is not: the sentence may be another one by now, and then nobody would be heard ever again.</summary>
    [TestMethod]
    public async Task Disk_ThatIsSetBack_MustBeHeardToFindOut()
    {
        var watch = new SetBackWatch(new Findings(_ => { }));
        using (ExpectedWord first = watch.Expect(4))
        {
            watch.Heard(5, SetBack);
            watch.Heard(4, "The disk of R4 is an older one.");
            Assert.IsFalse(await first.IsHeardAsync(TimeSpan.Zero));
            watch.Heard(4, SetBack);
            Assert.IsTrue(await first.IsHeardAsync(TimeSpan.FromMinutes(1)));
        }

        using ExpectedWord second = watch.Expect(4);
        Assert.IsFalse(await second.IsHeardAsync(TimeSpan.Zero), "of the one before");
    }
}

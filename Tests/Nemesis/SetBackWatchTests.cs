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
}

using PaxosWcf.Tests.Client;

namespace PaxosWcf.Tests.Console;

/// <summary>Replicas that servers.xml does not name, for they were added later.</summary>
[TestClass]
public sealed class AddedMemberTests
{
    private static readonly Uri Sixth = new("http://127.0.0.1:8106");

    [TestMethod]
    [DataRow("get k --replica 6", 6, "get Linearizable")]
    [DataRow("status --replica 6", 6, "status")]
    [DataRow("fail 6", 6, "fail ")]
    [DataRow("revive 6", 6, "revive")]
    [DataRow("cut 6 3", 6, "cut 3 Both")]
    [DataRow("cut 3 6", 3, "cut 6 Both")]
    [DataRow("delay 6 3 1s", 6, "delay 3 1000")]
    [DataRow("heal 6", 6, "heal ")]
    [DataRow("trace 6 --limit 1 --for 1ms", 6, "trace 0")]
    [DataRow("leader transfer 6", 1, "transfer 6")]
    [DataRow("fail 6 --replica 3", 6, "fail ")]
    public async Task Member_ThatWasAdded_CanBeNamed(string line, int replica, string called)
    {
        using ConsoleUnderTest console = WithASixth();
        console.Cluster.Put("k", [1]);

        Assert.AreEqual(0, await console.RunAsync(line.Split(' ')), console.Error);

        FakeCall last = console.Cluster.Calls[^1];
        Assert.AreEqual((replica, called), (last.Replica, last.Operation));
    }

    /// <summary>At the address that the members' list has.</summary>
    [TestMethod]
    public async Task Member_ThatWasAdded_IsAskedAloneWhereItIs()
    {
        using ConsoleUnderTest console = WithASixth();

        await console.RunAsync("put", "k", "v", "--replica", "6");

        Assert.AreEqual("created at revision 1\n", console.Out);
        FakeCall[] calls = [.. console.Cluster.Calls.Where(call => call.Operation != "status")];
        Assert.IsNotEmpty(calls);
        Assert.IsTrue(calls.All(call => call.Replica == 6 && call.Address == Sixth));
    }

    [TestMethod]
    public async Task Prompt_UseOfAnAddedMember_PinsIt()
    {
        using ConsoleUnderTest console = WithASixth();
        console.Input = "use 6\nget k\n";

        Assert.AreEqual(0, await console.RunAsync(), console.Error);

        Assert.AreEqual("asking replica 6 only\nnot found\n", console.Out);
        Assert.AreEqual(6, console.Cluster.Calls[^1].Replica);
    }

    [TestMethod]
    [DataRow("get k --replica 7")]
    [DataRow("fail 7")]
    [DataRow("leader transfer 7")]
    public async Task Member_ThatNobodyKnows_IsRefusedWithThoseThatAreKnown(string line)
    {
        using ConsoleUnderTest console = WithASixth();

        Assert.AreEqual(2, await console.RunAsync(line.Split(' ')));

        Assert.AreEqual("There is no replica 7; the replicas are 1, 2, 3, 4, 5, 6.\n", console.Error);
    }

    [TestMethod]
    [DataRow("get k --replica 6")]
    [DataRow("fail 6")]
    public async Task Member_WhereNobodyTells_IsNotSaidToBeNone(string line)
    {
        using ConsoleUnderTest console = WithASixth();
        console.Cluster.Always = Mishap.Refused;

        Assert.AreEqual(3, await console.RunAsync(line.Split(' ')));

        Assert.StartsWith("Replica 6 is not in servers.xml, and none of the replicas there, 1, 2, 3, 4, 5, answers who the members are by now;", console.Error);
    }

    /// <summary>It is no use to ask for what is known.</summary>
    [TestMethod]
    public async Task Member_OfServersXml_IsAskedAtOnce()
    {
        using ConsoleUnderTest console = WithASixth();

        await console.RunAsync("get", "k", "--replica", "3");

        Assert.AreEqual(3, Assert.ContainsSingle(console.Cluster.Calls).Replica);
    }

    [TestMethod]
    public async Task Leader_ThatWasAdded_HandsOver()
    {
        using ConsoleUnderTest console = WithASixth();
        console.Cluster.Members.Leader = 6;

        await console.RunAsync("leader", "transfer", "2");

        FakeCall last = console.Cluster.Calls[^1];
        Assert.AreEqual((6, "transfer 2"), (last.Replica, last.Operation));
    }

    private static ConsoleUnderTest WithASixth()
    {
        var console = new ConsoleUnderTest();
        (int, Uri?, bool)[] members = [.. FakeCluster.Addresses.Keys.Select(id => (id, (Uri?)null, true)), (6, Sixth, true)];
        foreach (Uri address in FakeCluster.Addresses.Values.Append(Sixth))
        {
            console.Cluster.Told[address] = FakeCluster.Configuration(1, members);
        }

        return console;
    }
}

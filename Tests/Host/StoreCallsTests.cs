using System.ServiceModel;
using Microsoft.Extensions.Time.Testing;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost;
using PaxosWcf.ReplicaHost.Endpoints;
using PaxosWcf.Replication;
using PaxosWcf.Tests.Replication;
using Put = PaxosWcf.Replication.KeyValue.Put;

namespace PaxosWcf.Tests.Host;

/// <summary>A command that a replica does not take: the fault says which of its limits was met.</summary>
[TestClass]
public sealed class StoreCallsTests(TestContext test)
{
    [TestMethod]
    [DataRow(64, 1 << 20, "PendingBytesMax", 64L << 20)]
    [DataRow(4096, 1, "PendingCommandsMax", 4096L)]
    public async Task Command_BeyondWhatAReplicaHolds_FaultNamesTheLimit(int commands, int valueBytes, string limit, long max)
    {
        var bench = new DriverBench(replicas: 3);
        var last = new DriverBench.Caller([]);
        for (; commands > 0; commands--)
        {
            last = bench.Submit(new Put(null, "k", new byte[valueBytes]));
        }

        Assert.IsNull(last.Refused);
        await using var loop = new ReplicaLoop(bench.Driver, TimeSpan.FromMilliseconds(50), new FakeTimeProvider());
        var calls = new StoreCalls(1, loop, RequestPatience.Of(new ReplicaOptions()));

        var refused = await Assert.ThrowsExactlyAsync<FaultException<OverloadedFault>>(
            () => calls.SubmitAsync(new Put(null, "k", new byte[1]), test.CancellationToken));

        Assert.AreEqual(new OverloadedFault { Limit = limit, Max = max }, refused.Detail);
    }
}

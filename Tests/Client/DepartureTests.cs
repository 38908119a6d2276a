using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>A write that is given up while there is no connection yet never leaves, and had no effect for certain.</summary>
[TestClass]
public sealed class DepartureTests(TestContext test)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>As when all machines are off, and the deadline comes before anybody knows.</summary>
    [TestMethod]
    [DataRow(false, typeof(StoreUnavailableException))]
    [DataRow(true, typeof(OutcomeUnknownException))]
    public async Task Put_DeadlineComesBeforeItLeaves_NoEffectIsCertain(bool leaves, Type failure)
    {
        var under = new ClientUnderTest(operationTimeout: Limit);
        await under.PutAsync("a");
        under.Cluster.Always = Mishap.Silent;
        RequestDeparture? seen = null;
        under.Cluster.Heard = (_, _) =>
        {
            seen = RequestDeparture.Current!;
            seen.Watch();
            Assert.AreEqual(leaves, leaves && seen.TryLeave());
        };

        var thrown = await Assert.ThrowsAsync<PaxosClientException>(() => under.PutAsync("k"));

        Assert.AreEqual(failure, thrown.GetType(), thrown.Message);
        Assert.AreEqual(leaves, seen!.TryLeave(), "what was given up never leaves");
    }

    /// <summary>It may be sent when the call's own request may not any more.</summary>
    [TestMethod]
    public async Task Look_AfterACallThatWasTakenBack_IsARequestOfItsOwn()
    {
        var under = new ClientUnderTest(membersInterval: TimeSpan.FromSeconds(30));
        await under.PutAsync("a");
        await under.Client.MembersLook.WaitAsync(test.CancellationToken);
        int asked = under.Cluster.AskedForMembers.Count;
        under.Advance(MemberWatch.AfterFailure);
        under.Cluster.BefallNext(Mishap.Silent);
        under.Cluster.Heard = (_, _) => RequestDeparture.Current!.Watch();

        await under.PutAsync("k");
        await under.Client.MembersLook.WaitAsync(test.CancellationToken);

        Assert.IsGreaterThan(asked, under.Cluster.AskedForMembers.Count);
        Assert.IsFalse(under.Cluster.LookIsACall);
    }

    /// <summary>Calls that share a message cannot be taken back one by one; one that goes alone can, whoever else's message it waited for.</summary>
    [TestMethod]
    public async Task Call_ThatWaitedForAnother_HasADepartureOfItsOwn()
    {
        var channel = new HeldChannel();
        List<RequestDeparture?> seen = [];
        channel.Heard = () => seen.Add(RequestDeparture.Current);
        var departures = new RequestDeparture[] { new(), new() };
        List<Task> puts = [];
        foreach (RequestDeparture departure in departures)
        {
            RequestDeparture.Current = departure;
            puts.Add(new PipeliningStore(new CallLanes(channel, 1, TimeProvider.System, _ => { })).PutAsync("1", [], null));
        }

        RequestDeparture.Current = null;
        var store = new CallLanes(channel, 1, TimeProvider.System, _ => { });
        foreach (RequestDeparture departure in departures)
        {
            RequestDeparture.Current = departure;
            puts.Add(new PipeliningStore(store).PutAsync("2", [], null));
        }

        RequestDeparture.Current = null;
        Assert.HasCount(3, seen, "the last one waits");
        await channel.AnswerAllAsync(4);
        await Task.WhenAll(puts).WaitAsync(test.CancellationToken);
        Assert.AreSequenceEqual([departures[0], departures[1], departures[0], departures[1]], seen);
    }

    /// <summary>The connection is made all the same; nothing that a replica could execute goes over it.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Request_TakenBackWhileItConnects_IsNotSent(bool isTakenBack)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        var options = new PaxosClientOptions { Replicas = new Dictionary<int, Uri> { [1] = address } };
        await using var pool = new ChannelPool<IKeyValueStore>(options, ServicePaths.KeyValueStore, TimeSpan.FromSeconds(30), new FakeTimeProvider());
        IKeyValueStore channel = await pool.OpenAsync(new ReplicaPlace(1, address), test.CancellationToken);
        var departure = new RequestDeparture();
        departure.Watch();
        Assert.AreEqual(isTakenBack, isTakenBack && departure.TryTakeBack());

        RequestDeparture.Current = departure;
        Task<PutReply> put = channel.PutAsync("k", [1], null);
        RequestDeparture.Current = null;
        using TcpClient connection = await listener.AcceptTcpClientAsync(test.CancellationToken);
        string received = await ReadAsync(connection.GetStream());

        connection.Close();
        await Assert.ThrowsAsync<Exception>(() => put);
        Assert.AreEqual(!isTakenBack, received.Contains("</s:Envelope>", StringComparison.OrdinalIgnoreCase), received);
        Assert.AreEqual(!isTakenBack, departure.TryLeave());
    }

    // Until the message is over, or the connection.
    private async Task<string> ReadAsync(NetworkStream stream)
    {
        var received = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!received.ToString().Contains("</s:Envelope>", StringComparison.OrdinalIgnoreCase) && await ReadAsync(stream, buffer) is > 0 and var read)
        {
            received.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        return received.ToString();
    }

    private async Task<int> ReadAsync(NetworkStream stream, byte[] buffer)
    {
        try
        {
            return await stream.ReadAsync(buffer, test.CancellationToken);
        }
        catch (IOException)
        {
            // It was reset.
            return 0;
        }
    }
}

using System.Net;
using System.ServiceModel;
using System.Text;
using System.Xml;
using Microsoft.Extensions.Logging.Abstractions;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Hosting;

namespace PaxosWcf.Tests.Soap;

/// <summary>The peer address: binary SOAP, no WSDL, and nothing of the client address.</summary>
[TestClass]
public sealed class PeerEndpointTests(TestContext test)
{
    private static readonly BallotData Ballot = new() { Round = 7, Proposer = 2 };

    [TestMethod]
    public async Task Accept_OverTheBinding_CarriesSlotsAndValuesWhole()
    {
        await using var listener = await StartAsync();
        using var factory = Factory<IAcceptor>();
        var acceptor = factory.CreateChannel(At(listener, ServicePaths.Acceptor));
        byte[][] values = [[], [1], new byte[StoreLimits.ValueBytesMax]];

        var reply = await acceptor.AcceptAsync(new AcceptRequest
        {
            From = 2,
            Ballot = Ballot,
            Slots = [1, 2, 3],
            Values = values,
            ChosenThrough = 0,
        });

        Assert.AreEqual(Ballot, reply.Ballot);
        Assert.IsNull(reply.RejectedBy);
        Assert.AreSequenceEqual(values.Select(value => (long)value.Length), reply.Slots!);
    }

    [TestMethod]
    public async Task Learn_ThatAnswersNothing_Returns()
    {
        await using var listener = await StartAsync();
        using var factory = Factory<ILearner>();
        var learner = factory.CreateChannel(At(listener, ServicePaths.Learner));

        await learner.LearnAsync(new LearnRequest { From = 1, Ballot = Ballot, ChosenThrough = 9 });

        Assert.AreEqual(9L, (await learner.CatchUpAsync(new CatchUpRequest { From = 1, FromSlot = 1 })).LearnedThrough);
    }

    [TestMethod]
    public async Task ReadSnapshot_ChunkAboveAMebibyte_ComesWhole()
    {
        await using var listener = await StartAsync();
        using var factory = Factory<ILearner>();
        var learner = factory.CreateChannel(At(listener, ServicePaths.Learner));

        var reply = await learner.ReadSnapshotAsync(new ReadSnapshotRequest { From = 1, Snapshot = 4, Chunk = 7 });

        Assert.AreEqual((4L, 7L, 3 << 19), (reply.Snapshot, reply.Chunk, reply.Bytes.Length));
    }

    [TestMethod]
    [TestCategory("Dispatcher")]
    public async Task Null_WhereTheContractHasNone_IsRefusedWithItsPath()
    {
        await using var listener = await StartAsync();
        using var factory = Factory<IAcceptor>();
        var acceptor = factory.CreateChannel(At(listener, ServicePaths.Acceptor));

        var ballot = await Assert.ThrowsExactlyAsync<FaultException>(() => acceptor.AcceptAsync(
            new AcceptRequest { From = 2, Ballot = null!, Slots = [1], Values = [[]], ChosenThrough = 0 }));
        var value = await Assert.ThrowsExactlyAsync<FaultException>(() => acceptor.AcceptAsync(
            new AcceptRequest { From = 2, Ballot = Ballot, Slots = [1], Values = [null!], ChosenThrough = 0 }));
        var request = await Assert.ThrowsExactlyAsync<FaultException>(() => acceptor.AcceptAsync(null!));

        Assert.StartsWith("request.Ballot is null", ballot.Message);
        Assert.StartsWith("request.Values[0] is null", value.Message);
        Assert.StartsWith("request is null", request.Message);
    }

    [TestMethod]
    public async Task Wsdl_OnThePeerAddress_IsNotFound()
    {
        await using var listener = await StartAsync();
        using var http = new HttpClient();

        foreach (var query in new[] { "?wsdl", "?singleWsdl" })
        {
            using var response = await http.GetAsync(
                new Uri(listener.Address, ServicePaths.Acceptor + query), test.CancellationToken);
            Assert.AreEqual(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [TestMethod]
    public async Task ClientServices_OnThePeerAddress_AreNotThere_WhateverTheHostHeaderSays()
    {
        await using var clients = await SoapTestHost.StartAsync();
        await using var peers = await StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(peers.Address, ServicePaths.KeyValueStore));
        request.Headers.Host = clients.Address.Authority;

        using var response = await http.SendAsync(request, test.CancellationToken);

        Assert.AreEqual(HttpStatusCode.NotFound, response.StatusCode);
    }

    [TestMethod]
    public async Task TextMessage_OnThePeerAddress_IsUnsupported()
    {
        await using var listener = await StartAsync();
        using var http = new HttpClient();
        using var content = new StringContent(SoapTestHost.Envelope11(""), Encoding.UTF8, "text/xml");

        using var response = await http.PostAsync(
            new Uri(listener.Address, ServicePaths.Acceptor), content, test.CancellationToken);

        Assert.AreEqual(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [TestMethod]
    [TestCategory("Dispatcher")]
    public async Task Garbage_ThatClaimsToBeBinary_IsRefused()
    {
        await using var listener = await StartAsync();
        using var http = new HttpClient();
        var random = new Random(20);
        for (var i = 0; i < 200; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            using var content = new ByteArrayContent(bytes);
            content.Headers.TryAddWithoutValidation("Content-Type", "application/soap+msbin1");

            using var response = await http.PostAsync(
                new Uri(listener.Address, ServicePaths.Acceptor), content, test.CancellationToken);

            var answer = Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync(test.CancellationToken));
            Assert.AreEqual(HttpStatusCode.InternalServerError, response.StatusCode);
            Assert.DoesNotContain("InternalError", answer);
        }
    }

    [TestMethod]
    [TestCategory("Dispatcher")]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Attributes_200000OfThemInBinary_LeaveThePeerServing()
    {
        await using var listener = await StartAsync();
        using var http = new HttpClient();
        using var content = new ByteArrayContent(BinaryWithAttributes(200_000));
        content.Headers.TryAddWithoutValidation(
            "Content-Type", $"application/soap+msbin1; action=\"{ServiceNamespaces.Services}/Learner/Learn\"");
        using var response = await http.PostAsync(
            new Uri(listener.Address, ServicePaths.Learner), content, test.CancellationToken);

        Assert.AreEqual(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("InvalidRequest", Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync(test.CancellationToken)));
        using var factory = Factory<ILearner>();
        Assert.AreEqual(0L, (await factory.CreateChannel(At(listener, ServicePaths.Learner)).CatchUpAsync(new CatchUpRequest { From = 1, FromSlot = 1 })).LearnedThrough);
    }

    private static byte[] BinaryWithAttributes(int count)
    {
        var stream = new MemoryStream();
        using (var writer = XmlDictionaryWriter.CreateBinaryWriter(stream))
        {
            writer.WriteStartElement("s", "Envelope", "http://www.w3.org/2003/05/soap-envelope");
            writer.WriteStartElement("Body", "http://www.w3.org/2003/05/soap-envelope");
            writer.WriteStartElement("Learn", ServiceNamespaces.Services);
            writer.WriteStartElement("request", ServiceNamespaces.Services);
            for (var i = 0; i < count; i++)
            {
                writer.WriteAttributeString($"a{i}", "");
            }
            writer.WriteEndDocument();
        }
        return stream.ToArray();
    }

    private static ChannelFactory<T> Factory<T>() => new(WcfBindings.Peer(TimeSpan.FromSeconds(20)));

    private static EndpointAddress At(SoapListener listener, string path) => new(new Uri(listener.Address, path));

    private static Task<SoapListener> StartAsync()
    {
        var peer = new EchoPeer();
        return SoapListener.StartAsync(
            new SoapListenerSettings
            {
                Listen = new Uri("http://127.0.0.1:0"),
                Limits = new SoapHostLimits { RequestBytesMax = WireLimits.PeerMessageBytesMax },
            },
            [
                new SoapEndpoint(typeof(IAcceptor), peer, ServicePaths.Acceptor, SoapEncoding.Binary, PublishWsdl: false),
                new SoapEndpoint(typeof(ILearner), peer, ServicePaths.Learner, SoapEncoding.Binary, PublishWsdl: false),
            ],
            NullLoggerFactory.Instance,
            CancellationToken.None);
    }

    private sealed class EchoPeer : IAcceptor, ILearner
    {
        private long _chosenThrough;

        public Task<RecallReply> RecallAsync(RecallRequest request) =>
            Task.FromResult(new RecallReply { Start = request.Start, Incarnation = 0 });

        public Task<PrepareReply> PrepareAsync(PrepareRequest request) => throw new NotSupportedException();

        public Task<AcceptReply> AcceptAsync(AcceptRequest request) => Task.FromResult(new AcceptReply
        {
            Ballot = request.Ballot,
            Slots = [.. request.Values.Select(value => (long)value.Length)],
        });

        public Task LearnAsync(LearnRequest request)
        {
            _chosenThrough = request.ChosenThrough;
            return Task.CompletedTask;
        }

        public Task<CatchUpReply> CatchUpAsync(CatchUpRequest request) => Task.FromResult(new CatchUpReply
        {
            FromSlot = request.FromSlot,
            Values = [],
            LearnedThrough = _chosenThrough,
        });

        public Task<ReadSnapshotReply> ReadSnapshotAsync(ReadSnapshotRequest request) =>
            Task.FromResult(new ReadSnapshotReply { Snapshot = request.Snapshot, Chunk = request.Chunk, Bytes = new byte[3 << 19] });
    }
}

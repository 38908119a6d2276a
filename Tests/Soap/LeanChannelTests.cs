using System.Net;
using System.Net.Sockets;
using System.ServiceModel;
using System.Text;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Soap;

/// <summary>The channel of <see cref="WcfFactories"/> beside WCF's own: the same goes out, and the same comes of what comes back.</summary>
[TestClass]
public sealed class LeanChannelTests
{
    private const string Reply =
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>"
        + "<ContainsKeyResponse xmlns=\"" + ServiceNamespaces.Services + "\"><ContainsKeyResult xmlns:d=\"" + ServiceNamespaces.Data + "\">"
        + "<d:Found>true</d:Found><d:AppliedThrough>7</d:AppliedThrough></ContainsKeyResult></ContainsKeyResponse></s:Body></s:Envelope>";

    private const string Fault =
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode>s:Client</faultcode>"
        + "<faultstring>No.</faultstring></s:Fault></s:Body></s:Envelope>";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public async Task Request_OfEitherChannel_IsTheSame()
    {
        await using var server = new CannedServer(() => Task.FromResult(Response("200 OK", Reply)));

        await AskAsync(Usual(server.Address));
        await AskAsync(Lean(server.Address));

        Assert.HasCount(2, server.Requests);
        var (usual, lean) = (server.Requests[0], server.Requests[1]);
        Assert.AreEqual(usual[usual.IndexOf("\r\n\r\n", StringComparison.Ordinal)..], lean[lean.IndexOf("\r\n\r\n", StringComparison.Ordinal)..]);
        foreach (var header in new[] { "POST /store HTTP/1.1", "SOAPAction: ", "Content-Type: ", "Host: " })
        {
            Assert.AreEqual(LineOf(usual, header), LineOf(lean, header));
        }
    }

    [TestMethod]
    public async Task Request_BetweenReplicas_HasTheActionInItsContentType()
    {
        await using var server = new CannedServer(() => Task.FromResult(Response("503 Busy", "")));
        var recall = new RecallRequest { From = 1, Incarnation = 2, Boot = 3, Start = 4 };
        using var usual = new ChannelFactory<IAcceptor>(WcfBindings.Peer(Patience), new EndpointAddress(server.Address));
        using var lean = WcfFactories.Of<IAcceptor>(WcfBindings.Peer(Patience), server.Address);

        await Assert.ThrowsExactlyAsync<ServerTooBusyException>(() => usual.CreateChannel().RecallAsync(recall));
        await Assert.ThrowsExactlyAsync<ServerTooBusyException>(() => lean.CreateChannel().RecallAsync(recall));

        Assert.AreEqual(LineOf(server.Requests[0], "Content-Type: "), LineOf(server.Requests[1], "Content-Type: "));
        Assert.AreEqual(server.Requests[0].Split("\r\n\r\n", 2)[1], server.Requests[1].Split("\r\n\r\n", 2)[1]);
    }

    /// <summary>A proxy may answer the same after it has sent a call on; only the replica's own word says that nothing was read.</summary>
    [TestMethod]
    public async Task Response_ThatTheReplicaRefused_SaysSo()
    {
        await using var server = new CannedServer(() => Task.FromResult(Response($"503 Busy\r\n{RequestRefusedException.Header}: calls in flight", "")));
        using var lean = WcfFactories.Of<IAcceptor>(WcfBindings.Peer(Patience), server.Address);
        var recall = new RecallRequest { From = 1, Incarnation = 2, Boot = 3, Start = 4 };

        await Assert.ThrowsExactlyAsync<RequestRefusedException>(() => lean.CreateChannel().RecallAsync(recall));
    }

    [TestMethod]
    [DataRow("200 OK", "text/xml; charset=utf-8", Reply, null)]
    [DataRow("500 Error", "text/xml; charset=utf-8", Reply, null)]
    [DataRow("500 Error", "text/xml; charset=utf-8", Fault, typeof(FaultException))]
    [DataRow("200 OK", "text/xml; charset=utf-8", "<not xml", typeof(ProtocolException))]
    [DataRow("200 OK", "text/html", "<html/>", typeof(ProtocolException))]
    [DataRow("200 OK", "", "something", typeof(ProtocolException))]
    [DataRow("400 Bad", "text/plain", "", typeof(ProtocolException))]
    [DataRow("302 Elsewhere", "text/plain", "", typeof(ProtocolException))]
    [DataRow("404 Nothing", "text/plain", "", typeof(EndpointNotFoundException))]
    [DataRow("413 Large", "text/plain", "", typeof(ProtocolException))]
    [DataRow("415 Type", "text/plain", "", typeof(ProtocolException))]
    [DataRow("503 Busy", "text/plain", "", typeof(ServerTooBusyException))]
    [DataRow("504 Gateway", "text/plain", "", typeof(TimeoutException))]
    public async Task Response_OfAnyKind_ComesToTheSameInEitherChannel(string status, string contentType, string body, Type? thrown)
    {
        await using var server = new CannedServer(() => Task.FromResult(Response(status, body, contentType)));

        await ComesToAsync(thrown, server.Address);
    }

    [TestMethod]
    public async Task Response_InChunks_IsRead()
    {
        var large = Reply.Replace("</d:Found>", "</d:Found><!--" + new string('x', 50_000) + "-->", StringComparison.Ordinal);
        await using var server = new CannedServer(() => Task.FromResult(Chunked(large)));

        await ComesToAsync(thrown: null, server.Address);
    }

    [TestMethod]
    public async Task Response_ThatSaysItIsTooLarge_IsRefused()
    {
        var head = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: {WireLimits.ClientMessageBytesMax + 1}\r\n\r\n");
        await using var server = new CannedServer(() => Task.FromResult(head));

        await ComesToAsync(typeof(CommunicationException), server.Address);
    }

    [TestMethod]
    [DataRow(0, null)]
    [DataRow(1, typeof(CommunicationException))]
    public async Task Response_InChunks_MayHaveTheLimitAndNoMore(int beyond, Type? thrown)
    {
        var padding = new string(' ', WireLimits.ClientMessageBytesMax - Reply.Length + beyond);
        await using var server = new CannedServer(() => Task.FromResult(Chunked(Reply + padding)));

        // WCF's own takes one byte less where the length is not announced.
        await ComesToAsync(thrown, server.Address, Lean);
    }

    [TestMethod]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: 900\r\n\r\n<s:Envelope")]
    [DataRow("HTTP/1.1 200 O")]
    [DataRow("nothing of HTTP")]
    [DataRow("")]
    public async Task Connection_ThatBreaksOff_IsACommunicationException(string sent)
    {
        await using var server = new CannedServer(() => Task.FromResult(Encoding.ASCII.GetBytes(sent)));

        using var lean = Lean(server.Address);

        await Assert.ThrowsExactlyAsync<CommunicationException>(() => AskAsync(lean));
    }

    [TestMethod]
    public async Task Address_WhereNobodyListens_IsTheSameInEitherChannel()
    {
        // Bound, so that nobody else gets the port, but not listening.
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        var nobody = new Uri($"http://127.0.0.1:{((System.Net.IPEndPoint)bound.LocalEndPoint!).Port}/store");

        var usual = await Assert.ThrowsAsync<CommunicationException>(() => AskAsync(Usual(nobody)));
        var lean = await Assert.ThrowsAsync<CommunicationException>(() => AskAsync(Lean(nobody)));

        Assert.AreEqual(usual.GetType(), lean.GetType());
        Assert.AreEqual(HttpRequestError.ConnectionError, Assert.IsInstanceOfType<HttpRequestException>(lean.InnerException).HttpRequestError);
        Assert.IsInstanceOfType<SocketException>(lean.GetBaseException());
    }

    [TestMethod]
    public async Task Answer_ThatDoesNotCome_IsATimeout()
    {
        var never = new TaskCompletionSource<byte[]>();
        await using var server = new CannedServer(() => never.Task);
        using var lean = WcfFactories.Of<IKeyValueStore>(WcfBindings.Client(TimeSpan.FromMilliseconds(200)), server.Address);

        var thrown = await Assert.ThrowsExactlyAsync<TimeoutException>(() => AskAsync(lean));

        Assert.AreEqual($"{server.Address} did not answer within 0.2 s.", thrown.Message);
        never.SetResult([]);
    }

    /// <summary>A call that may take long is lost long before where nothing is heard.</summary>
    [TestMethod]
    public async Task Answer_OfWhichNothingComes_IsATimeout_AsSoonAsSilenceIsOver()
    {
        var never = new TaskCompletionSource<byte[]>();
        await using var server = new CannedServer(() => never.Task);
        using var lean = Lean(server.Address);
        var store = lean.CreateChannel();
        ((IClientChannel)store).GetProperty<AnswerSilence>().Max = TimeSpan.FromMilliseconds(200);

        var thrown = await Assert.ThrowsExactlyAsync<TimeoutException>(() => store.ContainsKeyAsync("k", null));

        Assert.AreEqual($"Of an answer of {server.Address} nothing was heard for 0.2 s.", thrown.Message);
        never.SetResult([]);
    }

    [TestMethod]
    public async Task Abort_EndsACallUnderWay()
    {
        var never = new TaskCompletionSource<byte[]>();
        await using var server = new CannedServer(() => never.Task);
        using var lean = Lean(server.Address);
        var store = lean.CreateChannel();
        var call = store.ContainsKeyAsync("k", null);

        ((IClientChannel)store).Abort();

        await Assert.ThrowsExactlyAsync<CommunicationObjectAbortedException>(() => call.WaitAsync(Patience, TestContext.CancellationToken));
        never.SetResult([]);
    }

    [TestMethod]
    public async Task Close_WaitsForTheCallUnderWay_AndTakesNoOther()
    {
        var answer = new TaskCompletionSource<byte[]>();
        await using var server = new CannedServer(() => answer.Task);
        using var lean = Lean(server.Address);
        var store = lean.CreateChannel();
        var channel = (IClientChannel)store;
        channel.Open();
        var call = store.ContainsKeyAsync("k", null);

        var closing = Task.Factory.FromAsync(channel.BeginClose, channel.EndClose, Patience, null);
        await Assert.ThrowsAsync<Exception>(() => store.ContainsKeyAsync("k", null));
        Assert.IsFalse(closing.IsCompleted);
        answer.SetResult(Response("200 OK", Reply));

        Assert.IsTrue((await call.WaitAsync(Patience, TestContext.CancellationToken)).Found);
        await closing.WaitAsync(Patience, TestContext.CancellationToken);
        Assert.AreEqual(CommunicationState.Closed, channel.State);
    }

    [TestMethod]
    public async Task Close_ThatWaitedInVain_FailsAndEndsTheCall()
    {
        var never = new TaskCompletionSource<byte[]>();
        await using var server = new CannedServer(() => never.Task);
        using var lean = Lean(server.Address);
        var store = lean.CreateChannel();
        var channel = (IClientChannel)store;
        channel.Open();
        var call = store.ContainsKeyAsync("k", null);

        var closing = Task.Factory.FromAsync(channel.BeginClose, channel.EndClose, TimeSpan.FromMilliseconds(200), null);

        await Assert.ThrowsExactlyAsync<TimeoutException>(() => closing.WaitAsync(Patience, TestContext.CancellationToken));
        await Assert.ThrowsExactlyAsync<CommunicationObjectAbortedException>(() => call.WaitAsync(Patience, TestContext.CancellationToken));
        never.SetResult([]);
    }

    [TestMethod]
    public async Task Patience_WithoutEnd_IsTaken()
    {
        await using var server = new CannedServer(() => Task.FromResult(Response("200 OK", Reply)));
        using var lean = WcfFactories.Of<IKeyValueStore>(WcfBindings.Client(TimeSpan.MaxValue), server.Address);

        Assert.IsTrue((await AskAsync(lean)).Found);
    }

    /// <summary>As a machine that is off: nothing was sent, which is known before the attempt is over.</summary>
    [TestMethod]
    public async Task Machine_ThatAnswersNoConnection_IsKnownToHaveHeardNothing()
    {
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var place = (IPEndPoint)full.LocalEndPoint!;
        var waiting = new List<Socket>();
        try
        {
            // As many as are let wait; what else comes is not answered at all.
            do
            {
                waiting.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            }
            while (await ConnectsAsync(waiting[^1], place));
            using var lean = WcfFactories.Of<IKeyValueStore>(WcfBindings.Client(Patience), new Uri($"http://{place}/"));

            var thrown = await Assert.ThrowsExactlyAsync<CommunicationException>(() => AskAsync(lean));

            Assert.AreEqual(FailureKind.NotSent, AttemptFailure.Read(thrown, 1, Patience)!.Kind);
            Assert.Contains("nobody answers there", thrown.Message);
        }
        finally
        {
            waiting.ForEach(socket => socket.Dispose());
        }
    }

    [TestMethod]
    public async Task Contract_WithoutTasks_IsServedToo()
    {
        await using var host = await SoapTestHost.StartAsync();
        using var factory = WcfFactories.Of<ISessions>(WcfBindings.Client(Patience), host.StoreAddress);
        var store = factory.CreateChannel();

        Assert.AreEqual("s-1", await Task.Run(() => store.OpenSession().Session, TestContext.CancellationToken));
    }

    private async Task<bool> ConnectsAsync(Socket socket, EndPoint place)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            await socket.ConnectAsync(place, patience.Token);
            return true;
        }
        catch (OperationCanceledException) when (!TestContext.CancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task ComesToAsync(Type? thrown, Uri address)
    {
        await ComesToAsync(thrown, address, Usual);
        await ComesToAsync(thrown, address, Lean);
    }

    private async Task ComesToAsync(Type? thrown, Uri address, Func<Uri, ChannelFactory<IKeyValueStore>> make)
    {
        using var factory = make(address);
        Exception? error = null;
        try
        {
            Assert.IsTrue((await AskAsync(factory)).Found);
        }
        catch (Exception e) when (e is CommunicationException or TimeoutException)
        {
            error = e;
        }

        Assert.AreEqual(thrown, error?.GetType(), $"{make.Method.Name}: {error}");
    }

    private Task<ContainsKeyReply> AskAsync(ChannelFactory<IKeyValueStore> factory) =>
        factory.CreateChannel().ContainsKeyAsync("some key", ReadConsistency.Serializable).WaitAsync(Patience, TestContext.CancellationToken);

    private static ChannelFactory<IKeyValueStore> Usual(Uri address) => new(WcfBindings.Client(Patience), new EndpointAddress(address));

    private static ChannelFactory<IKeyValueStore> Lean(Uri address) => WcfFactories.Of<IKeyValueStore>(WcfBindings.Client(Patience), address);

    private static string LineOf(string request, string start) =>
        request.Split("\r\n").Single(line => line.StartsWith(start, StringComparison.OrdinalIgnoreCase));

    private static byte[] Response(string status, string body, string contentType = "text/xml; charset=utf-8") => Encoding.UTF8.GetBytes(
        $"HTTP/1.1 {status}\r\n{(contentType.Length > 0 ? $"Content-Type: {contentType}\r\n" : "")}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");

    private static byte[] Chunked(string body) => Encoding.ASCII.GetBytes(
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        + string.Concat(body.Chunk(30_000).Select(piece => $"{piece.Length:x}\r\n{new string(piece)}\r\n")) + "0\r\n\r\n");

    [ServiceContract(Namespace = ServiceNamespaces.Services, Name = "KeyValueStore")]
    private interface ISessions
    {
        [OperationContract]
        OpenSessionReply OpenSession();
    }
}

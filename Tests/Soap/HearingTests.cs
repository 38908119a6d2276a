using System.Net;
using System.ServiceModel.Channels;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Soap;

/// <summary>A call ends when nothing is heard of its answer, and not while something is.</summary>
[TestClass]
public sealed class HearingTests
{
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Less = TimeSpan.FromSeconds(3);

    private readonly FakeTimeProvider _time = new();

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void Silence_EndsTheCall()
    {
        using var hearing = new Hearing(SilenceMax, _time, TestContext.CancellationToken);
        _time.Advance(Less);
        Assert.IsFalse(hearing.Ended.IsCancellationRequested);
        _time.Advance(Less);
        Assert.IsTrue(hearing.Ended.IsCancellationRequested);
        Assert.IsTrue(hearing.WasSilent);
    }

    [TestMethod]
    public void OtherReasons_EndTheCallToo_AndAreNoSilence()
    {
        using var ends = new CancellationTokenSource();
        using var hearing = new Hearing(SilenceMax, _time, ends.Token);
        ends.Cancel();
        Assert.IsTrue(hearing.Ended.IsCancellationRequested);
        Assert.IsFalse(hearing.WasSilent);
    }

    /// <summary>A large answer over a slow link: no piece of it takes long, and all of it much longer than silence may last.</summary>
    [TestMethod]
    public async Task Answer_ThatComesInPieces_IsWaitedForWithoutAnEnd()
    {
        var text = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><Hello/></s:Body></s:Envelope>";
        using var http = new HttpMessageInvoker(new SlowAnswer(new Dribble(Encoding.UTF8.GetBytes(text), () => _time.Advance(Less)), () => _time.Advance(Less)));
        var encoders = new TextMessageEncodingBindingElement(MessageVersion.Soap11, Encoding.UTF8).CreateMessageEncoderFactory();
        var exchange = new HttpExchange(http, encoders.Encoder, BufferManager.CreateBufferManager(0, 100_000), messageBytesMax: 100_000);
        using var hearing = new Hearing(SilenceMax, _time, TestContext.CancellationToken);

        using var question = Message.CreateMessage(MessageVersion.Soap11, "urn:hello");
        using var answer = await exchange.AskAsync(new Uri("http://localhost/"), question, hearing, hearing.Ended);

        Assert.AreEqual("Hello", answer!.GetReaderAtBodyContents().LocalName);
        Assert.IsFalse(hearing.WasSilent);
    }

    private sealed class SlowAnswer(Stream body, Action passTime) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            passTime();
            var content = new StreamContent(body);
            content.Headers.TryAddWithoutValidation("Content-Type", "text/xml; charset=utf-8");
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        }
    }

    // Ten bytes at a time.
    private sealed class Dribble(byte[] bytes, Action passTime) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            passTime();
            cancellationToken.ThrowIfCancellationRequested();
            return base.ReadAsync(buffer[..Math.Min(buffer.Length, 10)], cancellationToken);
        }
    }
}

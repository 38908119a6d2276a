using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Tracing;

namespace PaxosWcf.Tests.Host;

/// <summary>What a replica keeps for those who trace it, and for how long.</summary>
[TestClass]
public sealed class ProtocolTraceTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddDays(1));
    private readonly ProtocolTrace _trace;

    public ProtocolTraceTests() => _trace = new ProtocolTrace(1, _time);

    [TestMethod]
    public void NobodyAsks_NothingIsKept()
    {
        Send(1);
        var begin = _trace.Read(0);
        Send(2);

        Assert.AreEqual("Prepare 1.1 from 2", Lines(_trace.Read(begin.Next)));
        Assert.IsEmpty(begin.Events);
        Assert.IsFalse(begin.HasGap);
    }

    [TestMethod]
    public void WhatWasRead_IsNotReadAgain_AndReadersDoNotTakeFromEachOther()
    {
        var begin = _trace.Read(0).Next;
        Send(1);
        var next = _trace.Read(begin).Next;
        Send(2);

        Assert.AreEqual("Prepare 1.1 from 2", Lines(_trace.Read(next)));
        Assert.AreEqual("Prepare 1.1 from 1\nPrepare 1.1 from 2", Lines(_trace.Read(begin)));
    }

    [TestMethod]
    public void MoreThanIsKept_TheOldestGo_AndTheReaderIsTold()
    {
        var begin = _trace.Read(0).Next;
        for (var i = 0; i < ProtocolTrace.EventsMax; i++)
        {
            Send(i);
        }

        Assert.IsFalse(_trace.Read(begin).HasGap, "at the limit all are there");
        Send(ProtocolTrace.EventsMax);
        var reply = _trace.Read(begin);
        Assert.IsTrue(reply.HasGap);
        Assert.AreEqual("Prepare 1.1 from 1", reply.Events[0].Text);
        Assert.HasCount(ProtocolTrace.ReplyEventsMax, reply.Events);
    }

    [TestMethod]
    public void MoreThanAnAnswerTakes_GoesOnInTheNext()
    {
        var begin = _trace.Read(0).Next;
        for (var i = 0; i <= ProtocolTrace.ReplyEventsMax; i++)
        {
            Send(i);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        var first = _trace.Read(begin);
        var second = _trace.Read(first.Next);

        Assert.AreEqual(first.Events[^1].At, first.CompleteUntil, "what is left out came later");
        Assert.AreEqual("Prepare 1.1 from 2048", second.Events.Single().Text);
        Assert.AreEqual(_time.GetUtcNow().UtcDateTime, second.CompleteUntil);
    }

    [TestMethod]
    public void UnaskedForTooLong_KeepsNothingAnyMore_AndTheReaderIsTold()
    {
        var begin = _trace.Read(0).Next;
        Send(1);
        _time.Advance(ProtocolTrace.UnaskedMax);
        Send(2);
        Assert.IsTrue(_trace.IsOn, "not yet");

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Send(3);

        Assert.IsFalse(_trace.IsOn);
        var reply = _trace.Read(begin);
        Assert.IsEmpty(reply.Events);
        Assert.IsTrue(reply.HasGap);
        Assert.IsTrue(_trace.IsOn);
        Assert.IsFalse(_trace.Read(reply.Next).HasGap);
    }

    [TestMethod]
    public void ARestart_IsAGap()
    {
        _trace.Read(0);
        Send(1);
        Send(2);
        var next = _trace.Read(0).Next;
        _time.Advance(TimeSpan.FromSeconds(1));
        var restarted = new ProtocolTrace(1, _time);
        var begin = restarted.Read(0).Next;

        Assert.IsGreaterThan(next, begin);
        Assert.IsTrue(restarted.Read(next).HasGap);
    }

    [TestMethod]
    public void LongText_IsCutAtTheLimit()
    {
        var begin = _trace.Read(0).Next;
        _trace.Says(new string('x', ProtocolTrace.TextLengthMax));
        _trace.Says(new string('x', ProtocolTrace.TextLengthMax + 1));

        var texts = Lines(_trace.Read(begin)).Split('\n');
        Assert.AreEqual(new string('x', ProtocolTrace.TextLengthMax), texts[0]);
        Assert.AreEqual(new string('x', ProtocolTrace.TextLengthMax - 1) + "…", texts[1]);
    }

    [TestMethod]
    public void LogLines_AreInIt_FromInformationOn_WhateverTheLogTakes()
    {
        var logger = new TracedLogger(NullLogger.Instance, _trace);
        Assert.IsFalse(logger.IsEnabled(LogLevel.Critical), "neither log nor trace takes it");
        var begin = _trace.Read(0).Next;

        Assert.IsFalse(logger.IsEnabled(LogLevel.Debug));
        ReplicaHost.HostLog.Campaigns(logger, new Ballot(2, new ReplicaId(1)));
        ReplicaHost.HostLog.Applied(logger, new Slot(1), Value.Noop);

        var told = _trace.Read(begin).Events.Single();
        Assert.AreEqual((TraceEventKind.Says, "Campaigns with ballot 2.1"), (told.Kind, told.Text));
    }

    private static string Lines(TraceReply reply) => string.Join('\n', reply.Events.Select(e => e.Text));

    private void Send(long slot) => _trace.Sends(new Envelope(
        new ReplicaId(1), new ReplicaId(2), new Prepare(new Ballot(1, new ReplicaId(1)), new Slot(slot))));
}

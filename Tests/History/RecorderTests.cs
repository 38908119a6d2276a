using System.Text;
using PaxosWcf.History;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.History;

[TestClass]
public sealed class RecorderTests : IDisposable
{
    private static readonly Invocation Put = new(OperationKind.Put, "k", "v");

    private readonly MemoryStream _stream = new();
    private long _now;

    public void Dispose() => _stream.Dispose();

    [TestMethod]
    public void Calls_RecordedAndRead_AreTheSame()
    {
        using var recorder = Recorder();
        var client = recorder.Client();
        client.Begin(Put).Ok(new RecordedAnswer(Found: false, Node: "3", Slot: 9));
        client.Begin(new Invocation(OperationKind.Get, "k")).Ok(new RecordedAnswer(true, "v", "2"));
        client.Begin(new Invocation(OperationKind.Cas, "k", null, "v")).Info("time-out");
        client.Begin(new Invocation(OperationKind.Delete, "k")).Fail("refused");
        recorder.Nemesis("kill", starts: true, 3);
        recorder.Note("done");

        var history = Recorded();

        Assert.AreEqual(
            "put \"v\": created, get → \"v\", cas \"v\" to nothing: outcome unknown (time-out), delete: failed",
            string.Join(", ", history.Calls));
        Assert.AreEqual((9, "3"), (history.Calls[0].Slot, history.Calls[0].Node));
        Assert.HasCount(2, history.Markers);
    }

    [TestMethod]
    public void Process_AfterInfo_IsNeverUsedAgain()
    {
        using var recorder = Recorder();
        var client = recorder.Client();
        client.Begin(Put).Ok(new RecordedAnswer());
        client.Begin(Put).Info("?");
        client.Begin(Put).Fail("!");
        client.Begin(Put).Ok(new RecordedAnswer());

        Assert.AreEqual("0 0 1 1", string.Join(' ', Recorded().Calls.Select(c => c.Process)));
    }

    [TestMethod]
    public void Clients_AndCallsAtOnce_HaveProcessesOfTheirOwn()
    {
        using var recorder = Recorder();
        var one = recorder.Client();
        OpenCall[] open = [one.Begin(Put), one.Begin(Put), recorder.Client().Begin(Put)];
        Array.ForEach(open, c => c.Ok(new RecordedAnswer()));

        Assert.AreEqual("0 1 2", string.Join(' ', Recorded().Calls.Select(c => c.Process)));
    }

    [TestMethod]
    public void Invocation_BeforeTheCallGoesOut_IsWithTheOperatingSystem()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.Below("history");
        using var recorder = HistoryRecorder.Create(path);

        recorder.Client().Begin(Put);

        // As after a kill: nothing was flushed or closed.
        using var seen = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Assert.AreEqual(CallPhase.Info, RecordedHistory.Read(seen, "history").Calls.Single().Outcome);
    }

    [TestMethod]
    public void ManyThreads_EveryLineWholeAndEveryProcessInOrder()
    {
        using (var recorder = new HistoryRecorder(_stream))
        {
            var client = recorder.Client();
            Parallel.For(0, 2000, i =>
            {
                OpenCall call = client.Begin(new Invocation(OperationKind.Put, $"k{i % 7}", $"v{i}"));
                call.Ok(new RecordedAnswer());
            });
        }

        Assert.HasCount(2000, Recorded().Calls);
        Assert.AreEqual(Verdict.Ok, HistoryText.Verify(Recorded()).Verdict);
    }

    [TestMethod]
    public void Disk_ThatFails_StopsTheRecordingNotTheCalls_AndIsTold()
    {
        var recorder = new HistoryRecorder(new FullDisk());
        recorder.Client().Begin(Put).Ok(new RecordedAnswer());

        Assert.Contains("No space left", Assert.ThrowsExactly<IOException>(recorder.Dispose).Message);
    }

    private HistoryRecorder Recorder() => new(_stream, () => ++_now);

    private RecordedHistory Recorded() => HistoryText.Parse(Encoding.UTF8.GetString(_stream.ToArray()));

    private sealed class FullDisk : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");
    }
}

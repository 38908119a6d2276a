using System.Text;
using PaxosWcf.History;

namespace PaxosWcf.Tests.History;

[TestClass]
public sealed class FormatTests
{
    private const string Begun = """{"process":0,"type":"invoke","op":"get","key":"k","time_ns":1}""";

    [TestMethod]
    [DataRow("", "the line is no JSON")]
    [DataRow("{\"process\":0,", "the line is no JSON")]
    [DataRow("[1]", "the line is no JSON object")]
    [DataRow("// a comment", "the line is no JSON")]
    [DataRow("{\"type\":\"ok\",\"op\":\"get\",\"key\":\"k\",\"found\":false,\"time_ns\":2}", "\"process\" is missing")]
    [DataRow("{\"process\":-1,\"type\":\"ok\",\"op\":\"get\",\"key\":\"k\",\"found\":false,\"time_ns\":2}", "\"process\" is not within")]
    [DataRow("{\"process\":0,\"type\":\"done\",\"op\":\"get\",\"key\":\"k\",\"time_ns\":2}", "\"type\" is \"done\"")]
    [DataRow("{\"process\":0,\"type\":\"ok\",\"op\":\"read\",\"key\":\"k\",\"time_ns\":2}", "\"op\" is \"read\"")]
    [DataRow("{\"process\":0,\"type\":\"ok\",\"op\":\"get\",\"key\":\"\",\"found\":false,\"time_ns\":2}", "\"key\" is empty")]
    [DataRow("{\"process\":0,\"type\":\"ok\",\"op\":\"get\",\"key\":7,\"found\":false,\"time_ns\":2}", "\"key\" is no string")]
    [DataRow("{\"process\":0,\"type\":\"ok\",\"op\":\"get\",\"key\":\"k\",\"found\":false}", "\"time_ns\" is missing")]
    [DataRow("{\"process\":0,\"type\":\"ok\",\"op\":\"get\",\"key\":\"k\",\"found\":false,\"time_ns\":1.5}", "\"time_ns\" is no integer")]
    [DataRow("{\"process\":0,\"type\":\"ok\",\"op\":\"get\",\"key\":\"k\",\"time_ns\":2}", "\"found\" is missing")]
    [DataRow("{\"process\":0,\"type\":\"ok\",\"op\":\"get\",\"key\":\"k\",\"found\":true,\"time_ns\":2}", "found something has no \"value\"")]
    [DataRow("{\"process\":0,\"type\":\"ok\",\"op\":\"get\",\"key\":\"k\",\"found\":false,\"value\":\"a\",\"time_ns\":2}", "found nothing has a \"value\"")]
    [DataRow("{\"process\":0,\"type\":\"ok\",\"op\":\"get\",\"key\":\"k\",\"found\":1,\"time_ns\":2}", "\"found\" is neither true nor false")]
    [DataRow("{\"process\":0,\"type\":\"ok\",\"op\":\"get\",\"key\":\"k\",\"found\":false,\"slot\":-1,\"time_ns\":2}", "\"slot\" is below 0")]
    [DataRow("{\"process\":1,\"type\":\"invoke\",\"op\":\"put\",\"key\":\"k\",\"time_ns\":2}", "\"value\" is missing")]
    [DataRow("{\"process\":1,\"type\":\"invoke\",\"op\":\"cas\",\"key\":\"k\",\"value\":\"a\",\"time_ns\":2}", "\"expected\" is missing")]
    [DataRow("{\"process\":0,\"type\":\"invoke\",\"op\":\"get\",\"key\":\"k\",\"time_ns\":2}", "process 0 has a call open, from test:1")]
    [DataRow("{\"process\":5,\"type\":\"ok\",\"op\":\"get\",\"key\":\"k\",\"found\":false,\"time_ns\":2}", "process 5 has no call open")]
    [DataRow("{\"process\":0,\"type\":\"ok\",\"op\":\"get\",\"key\":\"j\",\"found\":false,\"time_ns\":2}", "completes another call")]
    [DataRow("{\"process\":0,\"type\":\"info\",\"op\":\"put\",\"key\":\"k\",\"time_ns\":2}", "completes another call")]
    [DataRow("{\"process\":0,\"type\":\"info\",\"op\":\"get\",\"key\":\"k\",\"time_ns\":0}", "the time of process 0 goes back")]
    public void Line_NotAsTheFormatHasIt_IsNamedWithWhatIsWrong(string line, string problem)
    {
        var thrown = Assert.ThrowsExactly<HistoryFormatException>(() => HistoryText.Parse($"{Begun}\n{line}\n"));

        Assert.StartsWith("test:2: ", thrown.Message);
        Assert.Contains(problem, thrown.Message);
    }

    [TestMethod]
    public void Line_BytesThatAreNoUtf8_Refused()
    {
        using var stream = new MemoryStream([.. Encoding.UTF8.GetBytes(Begun[..^20]), 0xff, .. Encoding.UTF8.GetBytes(Begun[^20..])]);

        Assert.Contains("test:1", Assert.ThrowsExactly<HistoryFormatException>(() => RecordedHistory.Read(stream, "test")).Message);
    }

    [TestMethod]
    public void Line_UnknownFieldsAndWindowsLineEnds_AreTaken()
    {
        var history = HistoryText.Parse(Begun.Replace("}", ",\"more\":{\"a\":[1]}}", StringComparison.Ordinal) + "\r\n");

        Assert.HasCount(1, history.Calls);
    }

    [TestMethod]
    public void Line_LongerThanAnyBuffer_IsReadWhole()
    {
        string value = new('v', 300_000);
        var history = HistoryText.Of().Put(0, 1, value).Get(2, 3, value).Recorded();

        Assert.AreEqual(value, history.Calls[1].Read);
    }

    [TestMethod]
    public void Lines_WrittenAndRead_AreTheSame()
    {
        HistoryLine[] lines =
        [
            new CallLine(0, CallPhase.Invoke, OperationKind.Cas, "schlüssel \"1\"", 1) { Expected = null, Value = null },
            new CallLine(0, CallPhase.Ok, OperationKind.Cas, "schlüssel \"1\"", 2) { Found = false, Slot = 7, Node = "3" },
            new CallLine(1, CallPhase.Invoke, OperationKind.Put, "k", 3) { Value = "" },
            new CallLine(1, CallPhase.Info, OperationKind.Put, "k", 4) { Error = "time-out\n", Node = "host-a" },
            new NemesisLine("kill", true, "3", 5),
            new NoteLine("healed", 6),
        ];
        using var stream = new MemoryStream();
        using var writer = new HistoryWriter(stream);
        Array.ForEach(lines, writer.Write);
        using var written = new MemoryStream(stream.ToArray());

        Assert.AreSequenceEqual(lines, HistoryReader.Read(written, "test").Select(l => l.Line));
    }

    [TestMethod]
    [DataRow(new byte[] { 0x61 }, "a")]
    [DataRow(new byte[0], "")]
    [DataRow(new byte[] { 0xff, 0x0a }, "hex:ff0a")]
    [DataRow(new byte[] { 0x68, 0x65, 0x78, 0x3a, 0x66, 0x66 }, "hex:6865783a6666")]
    public void Value_TextAsItIs_OtherBytesAsHex_AndNoTwoAlike(byte[] bytes, string written)
    {
        Assert.AreEqual(written, HistoryValue.Of(bytes));
    }
}

using System.Text;
using PaxosWcf.ClientApp;
using PaxosWcf.Contracts;
using PaxosWcf.Tests.Console;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Backups;

/// <summary>The verb import.</summary>
[TestClass]
public sealed class ImportTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ConsoleUnderTest _console = new();

    public required TestContext TestContext { get; set; }

    public void Dispose()
    {
        _directory.Dispose();
        _console.Dispose();
    }

    // Lines end with \n or \r\n only.
    [TestMethod]
    public async Task Import_LineEndsOfOtherKinds_ArePartOfALine()
    {
        Assert.AreEqual(0, await ImportAsync("\uFEFF{\"key\":\"a\u2028b\",\r\"value\":\"1\"}\r\n\n{\"key\":\"c\",\"value\":\"2\"}"), _console.Error);

        Assert.AreEqual("imported 2 keys, now at revision 2\n", _console.Out);
        Assert.IsTrue(_console.Cluster.Get("a\u2028b").Found);
    }

    [TestMethod]
    [DataRow("{\"key\":\"a\",\"value\":\"1\"}\n{\"key\":\"a\"}\n", "Line 2 must have either")]
    [DataRow("{\"key\":\"\",\"value\":\"1\"}\n", "must have 1..1024 bytes of UTF-8.\n")]
    [DataRow("{\"format\":\"paxoswcf-export/1\",\"keys\":2}\n{\"key\":\"a\",\"value\":\"1\"}\n", "holds 1 key where it says that it holds 2")]
    public async Task Import_FileThatIsNotWhole_SendsNothing(string text, string sentence)
    {
        Assert.AreEqual(2, await ImportAsync(text));

        Assert.Contains(sentence, _console.Error);
        Assert.IsEmpty(_console.Cluster.Calls);
    }

    [TestMethod]
    public async Task Import_TwoExportsOneAfterTheOther_AreCountedTogether()
    {
        string export = "{\"format\":\"paxoswcf-export/1\",\"keys\":1}\n{\"key\":\"a\",\"value\":\"1\"}\n";

        Assert.AreEqual(0, await ImportAsync(export + export), _console.Error);
    }

    [TestMethod]
    public async Task Import_NoKeys_NoRevisionIsTold()
    {
        _console.Cluster.Put("k", [1]);

        Assert.AreEqual(0, await ImportAsync(""), _console.Error);

        Assert.AreEqual("imported 0 keys\n", _console.Out);
    }

    [TestMethod]
    public async Task Import_NoText_SendsNothing()
    {
        string path = _directory.Below("export");
        await File.WriteAllBytesAsync(path, [.. "{\"key\":\"a\",\"value\":\""u8, 0xFC, .. "\"}"u8], TestContext.CancellationToken);

        Assert.AreEqual(2, await _console.RunAsync("import", path));

        Assert.AreEqual($"The file \"{path}\" is no UTF-8 text.\n", _console.Error);
        Assert.IsEmpty(_console.Cluster.Calls);
    }

    [TestMethod]
    public void Batches_OfAFileWithoutEnd_HoldNoMoreThanOneBatch()
    {
        var endless = new EndlessExport(charactersMax: 1 << 20);

        IReadOnlyList<BatchOperation>[] three = [.. new ImportFile("endless").Batches(endless).Take(3)];

        Assert.AreSequenceEqual(Enumerable.Repeat(StoreLimits.BatchOperationsMax, 3), three.Select(batch => batch.Count));
    }

    private async Task<int> ImportAsync(string text)
    {
        string path = _directory.Below("export");
        await File.WriteAllTextAsync(path, text, new UTF8Encoding(false), TestContext.CancellationToken);
        return await _console.RunAsync("import", path);
    }

    // Three batches of its lines are a fifth of what it gives.
    private sealed class EndlessExport(int charactersMax) : TextReader
    {
        private const string Line = "{\"key\":\"k\",\"value\":\"\"}\n";

        private int _given;

        public override int Read()
        {
            Assert.IsLessThan(charactersMax, _given, "more was read than was asked for");
            return Line[_given++ % Line.Length];
        }
    }
}

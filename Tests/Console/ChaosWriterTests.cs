using System.Text;
using PaxosWcf.ClientApp;
using PaxosWcf.Tests.Client;

namespace PaxosWcf.Tests.Console;

/// <summary>The clients of chaos: what a store loses shows with the next write to its key, and no write takes the evidence away.</summary>
[TestClass]
public sealed class ChaosWriterTests
{
    private const int KeysInUse = 20;

    private readonly ClientUnderTest _under = new();
    private readonly WriteLedger _ledger = new();
    private readonly ChaosWriter _writer;
    private readonly TestContext _test;

    public ChaosWriterTests(TestContext test) => (_test, _writer) = (test, new ChaosWriter(1, _under.Client, _ledger));

    [TestMethod]
    public async Task Store_ForgetsOneWrite_ItIsFoundWithTheNextToItsKey_AndNotOverwritten()
    {
        await WriteAsync(2 * KeysInUse);
        _under.Cluster.Put("chaos/01/2", "client 1, write 3"u8.ToArray());

        await WriteAsync(2 * KeysInUse);

        Assert.AreEqual(
            "LOST: chaos/01/2 did not hold \"client 1, write 23\" when it was to be written again, but \"client 1, write 3\"", _ledger.TakeLost().Single());
        Assert.AreEqual("client 1, write 3", Held("chaos/01/2"));
        Assert.AreEqual((4 * KeysInUse) - 1, _writer.Counts.Acknowledged);
        Assert.IsEmpty(_ledger.TakeLost(), "told once");
    }

    [TestMethod]
    public async Task Store_ForgetsAKey_ItIsFound()
    {
        await WriteAsync(KeysInUse);
        _under.Cluster.Delete("chaos/01/0");

        await WriteAsync(KeysInUse);

        Assert.AreEqual("LOST: chaos/01/0 did not hold \"client 1, write 1\" when it was to be written again, but nothing", _ledger.TakeLost().Single());
    }

    /// <summary>The answer is lost, or the write: either way the key goes on with what it holds.</summary>
    [TestMethod]
    [DataRow(Mishap.AnswerLost)]
    [DataRow(Mishap.OutcomeUnknown)]
    public async Task Write_InDoubt_IsResolved_AndItsKeyWrittenOn(object mishap)
    {
        await WriteAsync(KeysInUse);
        (_under.Cluster.Always, _under.Cluster.AlwaysFor) = ((Mishap)mishap, "transact");
        await WriteAsync(1);
        _under.Cluster.Always = null;

        await WriteAsync(2 * KeysInUse);

        Assert.IsEmpty(_ledger.TakeLost());
        Assert.AreEqual(1, _writer.Counts.Unknown);
        Assert.HasCount(KeysInUse, _ledger.Keys);
        Assert.IsTrue(_ledger.Keys.All(key => key.Value.Uncertain is null && key.Value.Acknowledged == Held(key.Key)));
    }

    [TestMethod]
    public async Task Write_InDoubtThatNobodyResolves_LeavesTwoCandidates_AndItsKeyAlone()
    {
        await WriteAsync(KeysInUse);
        _under.Cluster.Always = Mishap.AnswerLost;
        await WriteAsync(1);
        _under.Cluster.Always = null;

        await WriteAsync(2 * KeysInUse);

        Assert.IsEmpty(_ledger.TakeLost());
        Assert.AreEqual(new Expectation("client 1, write 1", "client 1, write 21"), _ledger.Keys.Single(key => key.Key == "chaos/01/0").Value);
        Assert.AreEqual("client 1, write 21", Held("chaos/01/0"));
    }

    [TestMethod]
    public async Task Keys_ThatAreLeft_StayAsTheyAre()
    {
        await WriteAsync(KeysInUse);
        var before = new Dictionary<string, Expectation>(_ledger.Keys);
        _writer.LeaveKeys();

        await WriteAsync(2 * KeysInUse);

        Assert.HasCount(2 * KeysInUse, _ledger.Keys);
        Assert.IsTrue(before.All(key => key.Value.Allows(Held(key.Key))));
        Assert.IsEmpty(_ledger.TakeLost());
    }

    private string Held(string key) => Encoding.UTF8.GetString(_under.Cluster.Get(key).Value!);

    // So many writes more, however each ends; the store has each while it is asked for the last.
    private async Task WriteAsync(int writes)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_test.CancellationToken);
        var identities = new HashSet<long>();
        _under.Cluster.Heard = (_, operation) =>
        {
            if (operation == "transact" && identities.Add(_under.Cluster.Mutations[^1].Identity!.Sequence) && identities.Count == writes)
            {
                over.Cancel();
            }
        };
        await _under.EndAsync(async () =>
        {
            await _writer.WriteUntilAsync(over.Token);
            return writes;
        });
    }
}

using PaxosWcf.Consensus;
using static PaxosWcf.Tests.Consensus.Paper;

namespace PaxosWcf.Tests.Consensus;

/// <summary>Fetching another replica's state, chunk by chunk.</summary>
[TestClass]
public sealed class SnapshotFetchTests
{
    /// <summary>A chunk and the tick that would give the fetch up come in one batch; seed 18307644 of the simulator.</summary>
    [TestMethod]
    public void Chunk_ThatComesWithTheLastTick_IsGoneOnFrom()
    {
        var effects = new Effects();
        var fetch = new SnapshotFetch(R1, Options, staged: null);
        fetch.Begin(R2, effects);
        for (var tick = 1; tick < Options.SnapshotTicks * (Options.SnapshotAsksMax + 1); tick++)
        {
            fetch.Tick(effects);
        }

        effects.Clear();
        var reply = new ReadSnapshotReply(7, 0, new byte[1]);
        fetch.OnReadSnapshotReply(new Envelope(R2, R1, reply), reply, effects);
        fetch.Tick(effects);
        fetch.OnStaged(StageOutcome.Staged, effects);

        Assert.AreEqual(new ReadSnapshot(7, 1), effects.Sends.Only<ReadSnapshot>());
    }
}

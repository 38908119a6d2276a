using CsCheck;
using PaxosWcf.Consensus;

namespace PaxosWcf.Tests.Consensus;

/// <summary>The clever data structures against dumb ones, on random input.</summary>
[TestClass]
public sealed class TwinTests
{
    [TestMethod]
    public void Votes_AgainstASetOfMembers_AlwaysAgree() =>
        Gen.Select(Gen.Int[1, 31], Gen.Int[1, 40].List[0, 60]).Sample((members, voters) =>
        {
            var quorum = new Quorum(Enumerable.Range(1, members).Select(number => new ReplicaId(number)));
            var votes = quorum.NoVotes();
            var twin = new HashSet<int>();
            foreach (var voter in voters)
            {
                votes.Add(new ReplicaId(voter));
                twin.Add(voter);
                twin.RemoveWhere(number => number > members);
                Assert.HasCount(votes.Count, twin);
                Assert.AreEqual(2 * twin.Count > members, votes.IsQuorum);
                Assert.AreEqual(twin.Contains(voter), votes.Has(new ReplicaId(voter)));
            }
        });

    /// <summary>On this everything rests: any two quorums share a replica.</summary>
    [TestMethod]
    public void Quorums_OfAnySize_Intersect()
    {
        for (var members = 1; members <= Quorum.MembersMax; members++)
        {
            var quorum = new Quorum(Enumerable.Range(1, members).Select(number => new ReplicaId(number)));
            Assert.IsGreaterThan(members, 2 * quorum.Majority);
            Assert.IsLessThanOrEqualTo(members, quorum.Majority);
        }
    }

    [TestMethod]
    public void Quorum_NoOrTooManyMembers_IsRefused()
    {
        Assert.ThrowsExactly<InvariantException>(() => new Quorum([]));
        Assert.ThrowsExactly<InvariantException>(() => new Quorum(Enumerable.Range(1, 32).Select(number => new ReplicaId(number))));
    }

    [TestMethod]
    public void SlotLog_AgainstASortedDictionary_AlwaysAgrees() =>
        Gen.Select(Gen.Int[0, 9], Gen.Long[0, 60]).List[0, 80].Sample(calls =>
        {
            var log = new SlotLog<string>();
            var twin = new SortedDictionary<long, string>();
            var forgotten = 0L;
            foreach (var (call, slot) in calls)
            {
                if (call == 0)
                {
                    log.ForgetThrough(new Slot(slot));
                    forgotten = Math.Max(forgotten, slot);
                    twin = new(twin.Where(entry => entry.Key > forgotten).ToDictionary());
                }
                else
                {
                    log.Set(new Slot(slot), $"{call}");
                    if (slot > forgotten)
                    {
                        twin[slot] = $"{call}";
                    }
                }

                Agree(log, twin, forgotten, slot);
            }
        });

    private static void Agree(SlotLog<string> log, SortedDictionary<long, string> twin, long forgotten, long slot)
    {
        Assert.HasCount(log.Count, twin);
        Assert.AreEqual(forgotten, log.ForgottenThrough.Number);
        Assert.AreEqual(twin.Count == 0 ? forgotten : twin.Keys.Last(), log.Last.Number);
        Assert.AreEqual(twin.GetValueOrDefault(slot), log.At(new Slot(slot)));
        Assert.AreSequenceEqual(
            twin.Where(entry => entry.Key >= slot).Select(entry => (entry.Key, entry.Value)),
            log.From(new Slot(slot)).Select(entry => (entry.Slot.Number, entry.Entry)));
    }
}

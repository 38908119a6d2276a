using PaxosWcf.Consensus;

namespace PaxosWcf.Simulator;

/// <summary>Hashes messages by what they say, without printing them first: most of what happens is messages.</summary>
internal static class MessageHash
{
    public static void Add(this TraceHash hash, Envelope envelope)
    {
        hash.Add(((long)envelope.From.Number << 32) | (uint)envelope.To.Number);
        switch (envelope.Message)
        {
            case Prepare m: Add(hash, 1, m.Ballot, m.From); break;
            case Promise m: Add(hash, 2, m.Ballot, m.LearnedThrough, m.Entries.Count, m.ContinueFrom?.Number ?? 0); break;
            case Accept m: Add(hash, 3, m.Ballot, m.ChosenThrough, m.Proposals.Count, First(m.Proposals)); break;
            case Accepted m: Add(hash, 4, m.Ballot, m.Slots.Count == 0 ? Slot.None : m.Slots[0], m.Slots.Count); break;
            case Rejected m: Add(hash, 5, m.Ballot, Slot.None, m.Promised.Round, m.Promised.Proposer.Number); break;
            case Learn m: Add(hash, 6, m.Ballot, m.ChosenThrough, m.From.Number, m.Values.Count); break;
            case CatchUp m: Add(hash, 7, Ballot.None, m.From); break;
            case CatchUpReply m: Add(hash, 8, Ballot.None, m.LearnedThrough, m.From.Number, m.Values.Count); break;
            case Heartbeat m: Add(hash, 9, m.Ballot, m.ChosenThrough, m.Round, m.Leading ? 1 : 0); break;
            case HeartbeatReply m: Add(hash, 10, m.Promised ?? Ballot.None, m.LearnedThrough, m.Round, m.Hears?.Number ?? 0); break;
            case ReadIndex m: Add(hash, 11, Ballot.None, Slot.None, m.Round, m.AskerConfirms ? 1 : 0); break;
            case ReadIndexReply m: Add(hash, 12, m.Ballot, m.Index ?? Slot.None, m.Round, m.Leader?.Number ?? 0); break;

            // The rest is printed: it is rare, or short.
            default: hash.Add(envelope.Message.ToString()!); break;
        }
    }

    private static long First(IReadOnlyList<Proposal> proposals) => proposals.Count == 0 ? 0 : proposals[0].Slot.Number;

    private static void Add(TraceHash hash, int kind, Ballot ballot, Slot slot, long first = 0, long second = 0)
    {
        hash.Add(kind);
        hash.Add(ballot.Configuration);
        hash.Add(ballot.Round);
        hash.Add(ballot.Proposer.Number);
        hash.Add(slot.Number);
        hash.Add(first);
        hash.Add(second);
    }
}

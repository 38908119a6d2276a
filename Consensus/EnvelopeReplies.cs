namespace PaxosWcf.Consensus;

internal static class EnvelopeReplies
{
    /// <summary>The answer to a message: it goes back to the sender under the name of the sender's call.</summary>
    public static Envelope Reply(this Envelope envelope, ReplicaId self, Message answer) =>
        new(self, envelope.From, answer, envelope.Call) { Asker = envelope.Incarnation };
}

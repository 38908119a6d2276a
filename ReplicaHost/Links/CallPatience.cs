using PaxosWcf.Consensus;

namespace PaxosWcf.ReplicaHost.Links;

/// <summary>How long a call to another replica may take before it counts as lost: the longer, the more it carries, in question or answer. To
/// give up a large call is to do all of it again, for both sides, while they have too much to do already.</summary>
/// <param name="least">For a call that carries no values.</param>
/// <param name="answerBytesMax">Bytes of values in one answer, at most.</param>
internal sealed class CallPatience(TimeSpan least, int answerBytesMax)
{
    /// <summary>For so many bytes of values a call may take as long again.</summary>
    public const int BytesPerTurn = 512 << 10;

    /// <summary>For the call that brings a message.</summary>
    public TimeSpan For(Message question)
    {
        var bytes = question is CatchUp or ReadSnapshot or Prepare ? answerBytesMax : MessageSize.Of(question);
        return least + ForBytes(bytes);
    }

    /// <summary>How long nothing may be heard of the answer to a call that brings a message: an answer that got lost must not keep those questions waiting that go after it. Twice the least, for
    /// whoever is asked for much may be busy, and what is brought has to arrive first.</summary>
    public TimeSpan SilenceFor(Message question) => (2 * least) + ForBytes(MessageSize.Of(question));

    private TimeSpan ForBytes(long bytes) => least * ((double)bytes / BytesPerTurn);
}

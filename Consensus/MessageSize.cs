namespace PaxosWcf.Consensus;

/// <summary>Bytes of the values or commands in a message: what makes a call large.</summary>
public static class MessageSize
{
    /// <summary>Of any message; 0 where it carries none.</summary>
    public static long Of(Message message) => message switch
    {
        Accept accept => accept.Proposals.Sum(proposal => (long)proposal.Value.Bytes.Length),
        Learn learn => learn.Values.Sum(value => (long)value.Bytes.Length),
        Propose propose => propose.Commands.Sum(command => (long)command.Bytes.Length),
        _ => 0,
    };
}

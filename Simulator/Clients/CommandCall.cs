using System.Diagnostics;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>A call that goes through the log.</summary>
internal sealed class CommandCall<TReply>(
    CalledPlace place, ClientLinks links, KeyValueCommand command, ClientIdentity? identity,
    Func<CommandAnswer, TReply?> reply)
    : DoorCall<TReply>(place, links), ICommandCaller
    where TReply : class
{
    public void OnAnswer(CommandAnswer answer)
    {
        if (identity is not null)
        {
            Cluster.Checker.OnDoorAnswered(identity, answer);
        }

        if (reply(answer) is { } mapped)
        {
            Answer(() => mapped);
        }
        else
        {
            Fault(DoorFaults.NotTheAnswer(answer, identity));
        }
    }

    public void OnRefused(Refusal refusal) => Fault(refusal switch
    {
        Refusal.NotExecuted => DoorFaults.NoQuorum(),
        Refusal.OutcomeUnknown => DoorFaults.OutcomeUnknown(),
        Refusal.Fenced => DoorFaults.Fenced(Replica.Id.Number),
        Refusal.Overloaded => DoorFaults.Overloaded("PendingCommandsMax"),
        Refusal.OverloadedBytes => DoorFaults.Overloaded("PendingBytesMax"),
        _ => throw new UnreachableException($"a refusal of kind {refusal}"),
    });

    protected override Exception? Refused() => Replica.Quota.Takes(command) ? null : DoorFaults.StorageFull(Replica.Quota);

    protected override bool Post() => Replica.Post(new CommandSubmitted(command.Encode(), this));

    protected override void GiveUpIfKept() => Replica.Post(new CommandGivenUp(this, IfKept: true));

    protected override void GiveUp() => Replica.Post(new CommandGivenUp(this));
}

using PaxosWcf.Consensus;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>A command was chosen that only a newer build can execute. To leave it out would be to lose what others acknowledge.</summary>
/// <param name="slot">Where it is.</param>
public sealed class NewerCommandException(Slot slot) : NewerBuildException(
    $"Slot {slot} of the log holds a command that this build does not know. Nothing of it was applied here: start this replica again with the build that the others have.");

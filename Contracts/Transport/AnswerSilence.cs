using System.ServiceModel.Channels;

namespace PaxosWcf.Contracts;

/// <summary>How long whoever is asked may say nothing, neither begin an answer nor go on with it, before a call counts as lost: a property of channels over this library's own transport
/// (<see cref="IChannel.GetProperty{T}"/>; other channels have none).</summary>
/// <remarks>A call that may bring megabytes is given as long as they take over a slow link. Where its answer got lost on the way, nothing else would tell before that time is over.</remarks>
public sealed class AnswerSilence
{
    /// <summary>For calls that begin from now on; above what a call may take in all it has no effect. At first without an end.</summary>
    public TimeSpan Max { get; set; } = Timeout.InfiniteTimeSpan;
}

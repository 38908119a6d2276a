namespace PaxosWcf.Consensus;

/// <summary>What a replica may do in the configuration that it has learned.</summary>
public enum Standing
{
    /// <summary>It promises, accepts, campaigns and counts.</summary>
    Voter,

    /// <summary>It would vote, or learn and take writes, but first asks the voters whether its disk holds all that they remember of it.</summary>
    Asking,

    /// <summary>It is a member that only learns.</summary>
    Learner,

    /// <summary>Its disk is not the one that the configuration names: it learns, and never promises or accepts.</summary>
    Fenced,

    /// <summary>The configuration does not have it.</summary>
    NoMember,
}

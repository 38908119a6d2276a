namespace PaxosWcf.Simulator;

/// <summary>What a disk that was set back has forgotten, and so many of the others remember that any majority has one of them.</summary>
internal enum Missed
{
    /// <summary>Nothing that a majority is sure to know of.</summary>
    Nothing,

    /// <summary>Starts, promises or slots.</summary>
    Words,

    /// <summary>Starts, which it cannot learn again.</summary>
    Starts,
}

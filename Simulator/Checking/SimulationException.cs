namespace PaxosWcf.Simulator;

/// <summary>What kind of rule a run broke.</summary>
public enum BrokenRule
{
    /// <summary>Something happened that must never happen.</summary>
    Safety,

    /// <summary>Something did not happen in time, though nothing was in its way.</summary>
    Progress,

    /// <summary>What the clients recorded is not linearizable.</summary>
    History,

    /// <summary>Whether what the clients recorded is linearizable was not found out in an hour: no verdict on the protocol, but on the run.</summary>
    Undecided,

    /// <summary>The run is worth nothing: no value was chosen.</summary>
    NothingHappened,

    /// <summary>The simulation itself is at fault: something ran on a thread that is not its own.</summary>
    Simulation,
}

/// <summary>A simulated cluster broke a rule. The message says which, when, and what happened last.</summary>
public sealed class SimulationException : Exception
{
    internal SimulationException(BrokenRule rule, string what, long step, long tick, string message, Exception? inner)
        : base(message, inner)
    {
        (Rule, What, Step, Tick) = (rule, what, step, tick);
    }

    /// <summary>The kind of rule.</summary>
    public BrokenRule Rule { get; }

    /// <summary>A sentence that says what is wrong.</summary>
    public string What { get; }

    /// <summary>How many events had happened.</summary>
    public long Step { get; }

    /// <summary>When it was, in ticks.</summary>
    public long Tick { get; }
}

/// <summary>The power goes in the middle of what a replica does.</summary>
internal sealed class PowerCutException : Exception;

using System.Globalization;

namespace PaxosWcf.Simulator;

/// <summary>Gives each part of a simulation randomness of its own, all from one seed: what one part draws does not
/// disturb the others, so that a run without one of its faults is as like the first as can be.</summary>
internal sealed class RandomStreams(int seed)
{
    /// <summary>The randomness of a part; ask for each once.</summary>
    public Random Of(string part)
    {
        var hash = new TraceHash();
        hash.Add(seed);
        hash.Add(part);
        return new Random(hash.Folded);
    }

    /// <summary>The randomness of one of several parts of a kind.</summary>
    public Random Of(string kind, int number) =>
        Of(string.Create(CultureInfo.InvariantCulture, $"{kind} {number}"));
}

using System.Globalization;

namespace PaxosWcf.Simulator;

/// <summary>The few keys that all clients of a run share at a time.</summary>
internal sealed class SharedKeys(ClientPlan plan)
{
    private int _calls;

    /// <summary>All that are in use now.</summary>
    public IEnumerable<string> Current => Enumerable.Range(0, plan.Keys).Select(Name);

    /// <summary>The key of a call.</summary>
    public string Draw(Random random)
    {
        _calls++;
        return Name(random.Next(plan.Keys));
    }

    private string Name(int key) => string.Create(
        CultureInfo.InvariantCulture, $"k{key + (plan.Keys * (_calls / (plan.Keys * plan.CallsPerKeyMax)))}");
}

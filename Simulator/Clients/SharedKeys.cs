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

    /// <summary>All that ever were in use.</summary>
    public IEnumerable<string> Ever => Enumerable.Range(0, First + plan.Keys).Select(Text);

    /// <summary>One of all that ever were in use.</summary>
    public string DrawAny(Random random) => Text(random.Next(First + plan.Keys));

    private int First => plan.Keys * (_calls / (plan.Keys * plan.CallsPerKeyMax));

    private string Name(int key) => Text(key + First);

    private static string Text(int number) => string.Create(CultureInfo.InvariantCulture, $"k{number}");
}

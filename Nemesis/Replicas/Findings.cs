using System.Collections.Concurrent;

namespace PaxosWcf.Nemesis;

/// <summary>What the store did that it must not do: each is a defect, whatever the history says.</summary>
internal sealed class Findings(Action<string> say)
{
    private readonly ConcurrentQueue<string> _all = [];

    public IReadOnlyList<string> All => [.. _all];

    public void Add(string sentence)
    {
        _all.Enqueue(sentence);
        say("FOUND: " + sentence);
    }
}

namespace PaxosWcf.ClientApp;

/// <summary>The few keys that all clients call at once. Each makes room for a fresh one after some hundred calls, and sooner
/// when many ended without an answer: such calls stay open for ever, and a verifier has to reckon with each of them.</summary>
/// <param name="run">Begins every key, so that no key was there before this run.</param>
internal sealed class HotKeys(string run)
{
    private const int InUse = 6;
    private const int CallsMax = 400;
    private const int DoubtsMax = 12;

    private readonly Lock _lock = new();
    private readonly List<HotKey> _all = [];
    private readonly HotKey?[] _inUse = new HotKey?[InUse];

    /// <summary>Every key that was ever in use.</summary>
    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _all.Select(k => k.Name)];
            }
        }
    }

    /// <summary>The key of the next call.</summary>
    public HotKey Next(Random random)
    {
        lock (_lock)
        {
            ref HotKey? place = ref _inUse[random.Next(InUse)];
            if (place is null || place.Calls >= CallsMax || place.Doubts >= DoubtsMax)
            {
                place = new HotKey($"{run}/{_all.Count}");
                _all.Add(place);
            }

            place.Calls++;
            return place;
        }
    }

    /// <summary>Notes that a write ended without an answer.</summary>
    public void Doubt(HotKey key)
    {
        lock (_lock)
        {
            key.Doubts++;
        }
    }
}

/// <summary>One of the keys that all clients call.</summary>
internal sealed class HotKey(string name)
{
    public string Name => name;

    public int Calls { get; set; }

    public int Doubts { get; set; }
}

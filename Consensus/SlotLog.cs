namespace PaxosWcf.Consensus;

/// <summary>Entries by slot, from a first slot on, with holes; made for a dense window that moves forward.</summary>
public sealed class SlotLog<T>
    where T : class
{
    private readonly Dictionary<long, T> _entries = [];

    /// <summary>Nothing at or before this slot is held.</summary>
    public Slot ForgottenThrough { get; private set; }

    /// <summary>The last slot that holds an entry; <see cref="ForgottenThrough"/> when none does.</summary>
    public Slot Last { get; private set; }

    /// <summary>How many entries are held.</summary>
    public int Count => _entries.Count;

    /// <summary>The entry at a slot, or null.</summary>
    public T? At(Slot slot) => _entries.GetValueOrDefault(slot.Number);

    /// <summary>Sets the entry at a slot; one that is forgotten already stays forgotten.</summary>
    public void Set(Slot slot, T entry)
    {
        if (slot <= ForgottenThrough)
        {
            return;
        }

        _entries[slot.Number] = entry;
        Last = Slot.Max(Last, slot);
    }

    /// <summary>Drops every entry through a slot.</summary>
    public void ForgetThrough(Slot slot)
    {
        if (slot <= ForgottenThrough)
        {
            return;
        }

        if (slot >= Last)
        {
            _entries.Clear();
        }
        else
        {
            for (var number = ForgottenThrough.Number + 1; number <= slot.Number; number++)
            {
                _entries.Remove(number);
            }
        }

        ForgottenThrough = slot;
        Last = Slot.Max(Last, slot);
    }

    /// <summary>The entries from a slot on, in slot order.</summary>
    public IEnumerable<(Slot Slot, T Entry)> From(Slot slot)
    {
        for (var at = Slot.Max(slot, ForgottenThrough.Next); at <= Last; at = at.Next)
        {
            if (_entries.TryGetValue(at.Number, out var entry))
            {
                yield return (at, entry);
            }
        }
    }
}

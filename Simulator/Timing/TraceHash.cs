using System.Globalization;

namespace PaxosWcf.Simulator;

/// <summary>A hash of what happened, in order (FNV-1a over words of 64 bits, folded). The same on every machine.</summary>
internal sealed class TraceHash
{
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    private ulong _state = FnvOffset;

    /// <summary>Its lower half, mixed with the upper.</summary>
    public int Folded => unchecked((int)(_state ^ (_state >> 32)));

    public void Add(long number)
    {
        _state = (_state ^ unchecked((ulong)number)) * FnvPrime;
        _state ^= _state >> 32;
    }

    public void Add(string text)
    {
        foreach (var character in text)
        {
            _state = (_state ^ character) * FnvPrime;
        }

        Add(text.Length);
    }

    public override string ToString() => _state.ToString("x16", CultureInfo.InvariantCulture);
}

namespace PaxosWcf.Benchmarks.Load;

/// <summary>Numbers below a limit, some far more often than others: YCSB's scrambled zipfian generator (Gray et al.,
/// "Quickly generating billion-record synthetic databases", SIGMOD 1994, section 3.2).</summary>
internal sealed class Zipfian
{
    /// <summary>YCSB's constant.</summary>
    public const double Skew = 0.99;

    private readonly int _items;
    private readonly double _alpha;
    private readonly double _eta;
    private readonly double _zeta;

    /// <summary>Numbers from 0 to <paramref name="items"/> - 1. Takes time in proportion: make one and share it.</summary>
    public Zipfian(int items)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(items, 1);
        _items = items;
        _zeta = Zeta(items);
        _alpha = 1 / (1 - Skew);
        _eta = (1 - Math.Pow(2.0 / items, 1 - Skew)) / (1 - (Zeta(2) / _zeta));
    }

    /// <summary>A rank: 0 is drawn most often, then 1.</summary>
    public int NextRank(Random random)
    {
        double share = random.NextDouble();
        double weighted = share * _zeta;
        if (weighted < 1 || _items == 1)
        {
            return 0;
        }

        if (weighted < 1 + Math.Pow(0.5, Skew))
        {
            return 1;
        }

        int rank = (int)(_items * Math.Pow((_eta * share) - _eta + 1, _alpha));
        return Math.Min(rank, _items - 1);
    }

    /// <summary>A number: the popular ones are spread over all of them, not the first ones.</summary>
    public int Next(Random random) => (int)(Scramble((ulong)NextRank(random)) % (ulong)_items);

    // FNV-1a over the eight bytes, as YCSB does it.
    private static ulong Scramble(ulong rank)
    {
        ulong hash = 0xCBF29CE484222325;
        for (int i = 0; i < 8; i++)
        {
            hash = (hash ^ (rank & 0xFF)) * 0x100000001B3;
            rank >>= 8;
        }

        return hash;
    }

    private static double Zeta(int items)
    {
        double sum = 0;
        for (int i = 1; i <= items; i++)
        {
            sum += 1 / Math.Pow(i, Skew);
        }

        return sum;
    }
}

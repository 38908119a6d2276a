namespace PaxosWcf.Nemesis;

/// <summary>The faults of a run, drawn from a seed. Two lanes run side by side: one befalls processes and their disks, the
/// other links and acceptors, so that a replica may die while a partition lasts. Kinds are dealt like cards: each comes
/// once before any comes again, so that even a short run meets them all.</summary>
internal sealed class FaultSchedule(int seed, IReadOnlyList<int> replicas, IReadOnlyCollection<FaultKind> allowed)
{
    private static readonly FaultKind[] OfProcesses =
    [
        FaultKind.Kill, FaultKind.Stop, FaultKind.Restart, FaultKind.Power, FaultKind.Blackout, FaultKind.Fsync, FaultKind.Full,
        FaultKind.Roll, FaultKind.LostDisk, FaultKind.Replace, FaultKind.Corrupt, FaultKind.SetBack,
        FaultKind.Members, FaultKind.MixUp,
    ];

    private static readonly FaultKind[] OfLinks =
    [
        FaultKind.Acceptor, FaultKind.OneWay, FaultKind.Split, FaultKind.Ring, FaultKind.Bridge, FaultKind.Delay,
        FaultKind.Transfer,
    ];

    /// <summary>The kinds that it deals.</summary>
    public IReadOnlyCollection<FaultKind> Kinds => allowed;

    /// <summary>Faults of processes and disks, without end.</summary>
    public IEnumerable<FaultStep> Processes() => Steps(OfProcesses, new Random(seed));

    /// <summary>Faults of links and acceptors, without end.</summary>
    public IEnumerable<FaultStep> Links() => Steps(OfLinks, new Random(seed ^ 0x5bd1e995));

    private IEnumerable<FaultStep> Steps(FaultKind[] all, Random random)
    {
        FaultKind[] deck = [.. all.Where(allowed.Contains)];
        while (deck.Length > 0)
        {
            random.Shuffle(deck);
            foreach (FaultKind kind in deck)
            {
                yield return Draw(kind, random);
            }
        }
    }

    private FaultStep Draw(FaultKind kind, Random random)
    {
        int[] order = [.. replicas];
        random.Shuffle(order);
        TimeSpan pause = Between(random, 0.3, 1.5);
        TimeSpan hold = Hold(kind, random);
        int minority = random.Next(1, 3);
        return kind switch
        {
            FaultKind.Restart or FaultKind.Blackout => new(kind, pause, hold, replicas),
            FaultKind.Fsync or FaultKind.Full or FaultKind.Transfer or FaultKind.LostDisk or FaultKind.Replace or FaultKind.Corrupt
                or FaultKind.SetBack or FaultKind.Members => new(kind, pause, hold, order[..1]),
            FaultKind.MixUp => new(kind, pause, hold, order[..2]),
            FaultKind.Delay => new(kind, pause, hold, order[..1]) { Slower = Between(random, 0.05, 0.8) },
            FaultKind.OneWay => new(kind, pause, hold, order[..1]) { Lost = Partitions.OneWay(order, random.Next(2) == 0) },
            FaultKind.Split => new(kind, pause, hold, order[..minority]) { Lost = Partitions.Split(order, minority) },
            FaultKind.Ring => new(kind, pause, hold, order) { Lost = Partitions.Ring(order) },
            FaultKind.Bridge => new(kind, pause, hold, order) { Lost = Partitions.Bridge(order) },
            _ => new(kind, pause, hold, order[..minority]),
        };
    }

    // A stopped process must be silent for longer than others wait before they campaign: 32 ticks of 50 ms.
    private static TimeSpan Hold(FaultKind kind, Random random) => kind switch
    {
        FaultKind.Stop => Between(random, 2.5, 4),
        FaultKind.Restart or FaultKind.Blackout or FaultKind.LostDisk or FaultKind.SetBack => Between(random, 0, 0.5),
        _ => Between(random, 0.5, 4),
    };

    private static TimeSpan Between(Random random, double from, double to) =>
        TimeSpan.FromMilliseconds(Math.Round(1000 * (from + (random.NextDouble() * (to - from)))));
}

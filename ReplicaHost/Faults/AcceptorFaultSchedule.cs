using PaxosWcf.Contracts.Configuration;

namespace PaxosWcf.ReplicaHost.Faults;

/// <summary>Makes the acceptor fail at random times, as the coursework asks: up for exponentially distributed times, down
/// for uniformly distributed ones. Seed and replica id repeat the schedule.</summary>
internal sealed class AcceptorFaultSchedule(FaultSettings settings, int replica, AcceptorFaultLab lab, TimeProvider time)
{
    private readonly Random _random = new(HashCodeOf(settings.Seed, replica));

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        for (var failure = 1; !stopping.IsCancellationRequested; failure++)
        {
            var (up, down) = Next();
            await Task.Delay(up, time, stopping);
            await lab.FailAsync(down, $"failure {failure} of seed {settings.Seed}");
            await Task.Delay(down, time, stopping);
        }
    }

    /// <summary>The next pair of times: how long up, then how long down.</summary>
    internal (TimeSpan Up, TimeSpan Down) Next()
    {
        var up = -Math.Log(1 - _random.NextDouble()) * settings.MeanSecondsToFailure;
        var down = settings.DownSecondsMin + (_random.NextDouble() * (settings.DownSecondsMax - settings.DownSecondsMin));
        return (TimeSpan.FromSeconds(Math.Min(up, 86_400)), TimeSpan.FromSeconds(Math.Clamp(down, 0.001, 3_600)));
    }

    // Not HashCode.Combine: that one differs from process to process.
    private static int HashCodeOf(int seed, int replica) => unchecked((seed * 7919) + (replica * 104_729));
}

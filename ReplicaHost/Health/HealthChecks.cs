using System.Collections.Frozen;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PaxosWcf.ReplicaHost.Health;

/// <summary>Where a replica says how it is, and what is looked at there.</summary>
internal static class HealthChecks
{
    /// <summary>Path of <see cref="ReplicaHealth.Live"/>.</summary>
    public const string LivePath = "/health/live";

    /// <summary>Path of <see cref="ReplicaHealth.Ready"/>.</summary>
    public const string ReadyPath = "/health/ready";

    /// <summary>The checks by their paths.</summary>
    public static FrozenDictionary<string, IHealthCheck> Of(ReplicaHealth health) => new Dictionary<string, IHealthCheck>
    {
        [LivePath] = new Check(health.Live),
        [ReadyPath] = new Check(health.Ready),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private sealed class Check(Func<(bool IsWell, string Sentence)> look) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var (isWell, sentence) = look();
            return Task.FromResult(isWell ? HealthCheckResult.Healthy(sentence) : HealthCheckResult.Unhealthy(sentence));
        }
    }
}

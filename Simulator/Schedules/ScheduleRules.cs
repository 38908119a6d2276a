using System.Globalization;

namespace PaxosWcf.Simulator;

/// <summary>What a schedule must be like to be run.</summary>
internal static class ScheduleRules
{
    private const int ReplicasMax = 9;
    private const int ClientsMax = 1000;

    /// <exception cref="ScheduleFormatException">It is not.</exception>
    public static void Check(RunPlan plan)
    {
        Require(plan.Steps > 0, "steps must be above 0");
        Require(plan.Cluster.Replicas is >= 1 and <= ReplicasMax && plan.Cluster.Replicas % 2 == 1, $"replicas must be odd, 1..{ReplicasMax}");
        Require(plan.Cluster.StepsPerStateCheck > 0, "stepsPerStateCheck must be above 0");
        Require(plan.Cluster.StoreBytesMax >= 0, "storeBytesMax must be 0 or more");
        Require(plan.Cluster.KibTimeMax >= 0, "kibTimeMax must be 0 or more");
        Require(plan.Clients.Clients is >= 1 and <= ClientsMax, $"clients must be 1..{ClientsMax}");
        Require(plan.Clients.Watchers is >= 0 and <= ClientsMax, $"watchers must be 0..{ClientsMax}");
        Require(plan.Clients.WatchingUsers is >= 0 and <= ClientsMax, $"watchingUsers must be 0..{ClientsMax}");
        Require(plan.Clients.LeasingUsers is >= 0 and <= ClientsMax, $"leasingUsers must be 0..{ClientsMax}");
        Require(plan.Clients.ForeignUsers is >= 0 and <= ClientsMax, $"foreignUsers must be 0..{ClientsMax}");
        Require(plan.Clients is { Keys: > 0, CallsPerKeyMax: > 0, PauseMax: > 0 }, "keys, callsPerKeyMax and pauseMax must be above 0");
        Require(
            plan.Clients is { AttemptTicks: > 0, OperationTicks: > 0, RequestTicks: > 0 },
            "attemptTicks, operationTicks and requestTicks must be above 0");
        foreach (var fault in plan.Faults ?? [])
        {
            Check(fault, plan.Cluster.Replicas);
        }
    }

    private static void Check(Fault fault, int replicas)
    {
        var name = Fault.Name(fault.Kind);
        Require(fault.Tick > 0 && fault.For >= 0, $"{name}: tick must be above 0, and for 0 or more");
        Require(
            fault.Replicas.All(number => number >= Fault.Leader && number <= replicas),
            $"{name}: replicas are 1..{replicas}, or 0 for the leader");
        Require(fault.Kind != FaultKind.Network || fault.Network is not null, $"{name} at tick {fault.Tick} must say how the network is");
        Require(fault.Kind != FaultKind.Clients || fault.Clients is not null, $"{name} at tick {fault.Tick} must say how the clients' connections are");
        Require(
            fault.Kind is not (FaultKind.Ring or FaultKind.Bridge) || fault.Replicas.Order().SequenceEqual(Enumerable.Range(1, replicas)),
            $"{name} at tick {fault.Tick} must name every replica once");
        Require(fault.Kind != FaultKind.Drift || fault.Amount > -100, $"{name} at tick {fault.Tick}: an amount of -100 % or less stops time");
        Require(fault.Kind != FaultKind.StopSignSplit || fault.Amount >= 0, $"{name} at tick {fault.Tick}: the amount is the length of the cut in ticks, 0 or more");
        Require(fault.Kind != FaultKind.SlowDisk || fault.Amount >= 0, $"{name} at tick {fault.Tick}: a flush takes no time below 0");
        Require(
            fault.Kind != FaultKind.Transfer || (fault.Amount >= 0 && fault.Amount <= replicas),
            $"{name} at tick {fault.Tick}: the amount is a replica, 1..{replicas}, or 0 for any");
        Require(fault.Kind != FaultKind.Move || fault.Amount is 0 or 1, $"{name} at tick {fault.Tick}: the amount is 1 where somebody stays, or 0");
        Require(fault.Kind != FaultKind.WrongState || fault.Amount >= 0, $"{name} at tick {fault.Tick}: the amount is the place of a key, 0 or more");
        Require(
            fault.Links.All(link => IsLink(link, replicas)), $"{name} at tick {fault.Tick}: a link is written \"1>2\"");
    }

    private static bool IsLink(string link, int replicas) =>
        link.Split('>') is [var from, var to] && IsReplica(from, replicas) && IsReplica(to, replicas);

    private static bool IsReplica(string text, int replicas) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= replicas;

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ScheduleFormatException($"The schedule makes no sense: {otherwise}.");
        }
    }
}

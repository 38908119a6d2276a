using PaxosWcf.History;
using PaxosWcf.Nemesis;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Nemesis;

/// <summary>How the injector counts what it has done.</summary>
[TestClass]
public sealed class InjectorTests(TestContext test)
{
    private static readonly FaultKind[] Kinds = [FaultKind.Kill, FaultKind.Split, FaultKind.Roll];

    /// <summary>Only what was taken back again counts: a fault that is under way when time is over may not have done anything yet.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Kinds_AreMissingUntilEachWasInjectedAndTakenBack()
    {
        using var directory = new TemporaryDirectory();
        using HistoryRecorder history = HistoryRecorder.Create(directory.Below("history.jsonl"));
        var last = new HeldFault();
        var faults = new Dictionary<FaultKind, Fault> { [FaultKind.Kill] = new NoFault(), [FaultKind.Roll] = last, [FaultKind.Split] = new NoFault() };
        using var injector = new Injector(new FaultSchedule(1, [1, 2, 3, 4, 5], Kinds), faults, history, test.WriteLine);
        Assert.AreSequenceEqual(Kinds, injector.Missing.Order());

        using var over = CancellationTokenSource.CreateLinkedTokenSource(test.CancellationToken);
        Task running = injector.RunAsync(over.Token);
        await last.Begun.Task.WaitAsync(test.CancellationToken);
        Assert.IsFalse(injector.Dealt.IsCompleted);
        Assert.Contains(FaultKind.Roll, injector.Missing);
        last.TakenBack.SetResult();
        await injector.Dealt.WaitAsync(test.CancellationToken);
        Assert.IsEmpty(injector.Missing);
        await over.CancelAsync();
        await running;
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Links_AreLeftAloneWhileAFaultNeedsThem()
    {
        using var directory = new TemporaryDirectory();
        using HistoryRecorder history = HistoryRecorder.Create(directory.Below("history.jsonl"));
        var corrupt = new HeldFault { Needs = true };
        var split = new HeldFault();
        var faults = new Dictionary<FaultKind, Fault> { [FaultKind.Corrupt] = corrupt, [FaultKind.Split] = split };
        using var injector = new Injector(new FaultSchedule(1, [1, 2, 3, 4, 5], [FaultKind.Corrupt, FaultKind.Split]), faults, history, test.WriteLine);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(test.CancellationToken);
        Task running = injector.RunAsync(over.Token);

        // Whichever comes first, the other does not begin until it is taken back.
        Task first = await Task.WhenAny(corrupt.Begun.Task, split.Begun.Task).WaitAsync(test.CancellationToken);
        (HeldFault under, HeldFault waits) = first == corrupt.Begun.Task ? (corrupt, split) : (split, corrupt);
        await Task.Delay(TimeSpan.FromSeconds(2), test.CancellationToken);
        Assert.IsFalse(waits.Begun.Task.IsCompleted);

        under.TakenBack.SetResult();
        await waits.Begun.Task.WaitAsync(test.CancellationToken);
        waits.TakenBack.SetResult();
        await over.CancelAsync();
        await running;
    }

    /// <summary>A fault that did not take hold shows nothing: its kind stays missing, and the same step is dealt once more after the next.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Fault_ThatDidNotTakeHold_DoesNotCount_AndIsDealtAgain()
    {
        using var directory = new TemporaryDirectory();
        using HistoryRecorder history = HistoryRecorder.Create(directory.Below("history.jsonl"));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(test.CancellationToken);
        var (steps, held) = (new List<FaultStep>(), new List<FaultStep>());
        var kill = new VainFault(steps, times: 1);
        var roll = new NoFault { Steps = held };
        var faults = new Dictionary<FaultKind, Fault> { [FaultKind.Kill] = kill, [FaultKind.Roll] = roll };
        using var injector = new Injector(new FaultSchedule(1, [1, 2, 3, 4, 5], [FaultKind.Kill, FaultKind.Roll]), faults, history, test.WriteLine);

        Task running = injector.RunAsync(over.Token);
        await kill.InVain.Task.WaitAsync(test.CancellationToken);
        Assert.Contains(FaultKind.Kill, injector.Missing);
        Assert.IsFalse(injector.Dealt.IsCompleted);
        kill.GoOn.SetResult();
        await injector.Dealt.WaitAsync(test.CancellationToken);
        await over.CancelAsync();
        await running;

        Assert.AreEqual(steps[0], steps[1]);
        Assert.AreEqual(1, injector.Vain[FaultKind.Kill]);
        Assert.AreEqual(steps.Count - 1, injector.Counts[FaultKind.Kill]);
        Assert.IsFalse(injector.Vain.ContainsKey(FaultKind.Roll));
        Assert.IsNotEmpty(held);
    }

    private sealed class NoFault : Fault
    {
        public List<FaultStep> Steps { get; init; } = [];

        public override Task<bool> RunAsync(FaultStep step, CancellationToken over)
        {
            Steps.Add(step);
            return Task.FromResult(true);
        }
    }

    private sealed class VainFault(List<FaultStep> steps, int times) : Fault
    {
        public TaskCompletionSource InVain { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async Task<bool> RunAsync(FaultStep step, CancellationToken over)
        {
            steps.Add(step);
            if (steps.Count > times)
            {
                InVain.TrySetResult();
                await GoOn.Task;
                return true;
            }

            return false;
        }
    }

    private sealed class HeldFault : Fault
    {
        public bool Needs { get; init; }

        public override bool NeedsLinks => Needs;

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource TakenBack { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async Task<bool> RunAsync(FaultStep step, CancellationToken over)
        {
            Begun.TrySetResult();
            await TakenBack.Task;
            return true;
        }
    }
}

namespace PaxosWcf.Nemesis;

/// <summary>A way of doing harm, and of taking it back.</summary>
internal abstract class Fault
{
    /// <summary>Whether links and acceptors must be left alone as long as it lasts.</summary>
    public virtual bool NeedsLinks => false;

    /// <summary>Does harm, waits as long as the step says or until it is over, and takes it back.</summary>
    /// <returns>Whether it took hold. A fault that did not, as when whom it is to befall is down just then, shows nothing: it does not count, and is dealt again.</returns>
    public abstract Task<bool> RunAsync(FaultStep step, CancellationToken over);

    /// <summary>Waits; being over ends the wait, not the fault: what was done is taken back in any case.</summary>
    protected static Task HoldAsync(TimeSpan time, CancellationToken over) =>
        Task.Delay(time, over).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
}

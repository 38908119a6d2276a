using System.ServiceModel;
using System.ServiceModel.Channels;

namespace PaxosWcf.Contracts;

/// <summary>Sends questions to one service over HTTP: what WCF's own request channel does, in fewer steps.</summary>
/// <remarks>An exchange begins on the caller's thread and goes on on the thread that its connection has read the reply on. WCF's channel
/// goes through the thread pool several times on the way, and makes properties and headers of every message that nobody here
/// reads. What that costs is in docs/performance-log.md.</remarks>
internal sealed class LeanRequestChannel(LeanChannelFactory factory, HttpExchange exchange, EndpointAddress address, Uri via)
    : ChannelBase(factory), IRequestChannel, IDisposable
{
    // WCF's word for "as long as it takes" is longer than any timer runs.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(int.MaxValue);

    private readonly AnswerSilence _silence = new();
    private readonly CancellationTokenSource _aborted = new();
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _underWay;
    private bool _closing;

    /// <inheritdoc/>
    public EndpointAddress RemoteAddress => address;

    /// <inheritdoc/>
    public Uri Via => via;

    /// <inheritdoc/>
    public override T GetProperty<T>() => typeof(T) == typeof(AnswerSilence) ? (T)(object)_silence : base.GetProperty<T>();

    /// <inheritdoc/>
    public Message Request(Message message) => Request(message, DefaultSendTimeout);

    /// <inheritdoc/>
    public Message Request(Message message, TimeSpan timeout) => EndRequest(BeginRequest(message, timeout, callback: null, state: null));

    /// <inheritdoc/>
    public IAsyncResult BeginRequest(Message message, AsyncCallback callback, object state) =>
        BeginRequest(message, DefaultSendTimeout, callback, state);

    /// <inheritdoc/>
    public IAsyncResult BeginRequest(Message message, TimeSpan timeout, AsyncCallback? callback, object? state)
    {
        Begin();
        return TaskToAsyncResult.Begin(RequestAsync(message, timeout), callback, state);
    }

    /// <inheritdoc/>
    public Message EndRequest(IAsyncResult result) => TaskToAsyncResult.End<Message?>(result)!;

    /// <inheritdoc/>
    void IDisposable.Dispose() => Abort();

    protected override void OnAbort() => _aborted.Cancel();

    protected override void OnOpen(TimeSpan timeout)
    {
        // Over HTTP nothing is sent for it.
    }

    protected override IAsyncResult OnBeginOpen(TimeSpan timeout, AsyncCallback callback, object state) =>
        TaskToAsyncResult.Begin(Task.CompletedTask, callback, state);

    protected override void OnEndOpen(IAsyncResult result) => TaskToAsyncResult.End(result);

    // Calls that are under way have their replies first, if they come in time; closing fails otherwise, and that aborts.
    protected override void OnClose(TimeSpan timeout) => OnEndClose(OnBeginClose(timeout, callback: null, state: null));

    protected override IAsyncResult OnBeginClose(TimeSpan timeout, AsyncCallback? callback, object? state)
    {
        lock (_lock)
        {
            _closing = true;
            EndWhenDrained();
        }

        return TaskToAsyncResult.Begin(_drained.Task.WaitAsync(timeout), callback, state);
    }

    protected override void OnEndClose(IAsyncResult result) => TaskToAsyncResult.End(result);

    private void Begin()
    {
        lock (_lock)
        {
            ThrowIfDisposedOrNotOpen();
            _underWay++;
        }
    }

    private void End()
    {
        lock (_lock)
        {
            _underWay--;
            EndWhenDrained();
        }
    }

    private void EndWhenDrained()
    {
        if (_closing && _underWay == 0)
        {
            _drained.TrySetResult();
        }
    }

    // The exceptions are those that WCF's own channel throws.
    private async Task<Message?> RequestAsync(Message message, TimeSpan timeout)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_aborted.Token);
        if (timeout < LongestTimer)
        {
            patience.CancelAfter(timeout);
        }

        var silenceMax = _silence.Max;
        using var hearing = silenceMax < timeout && silenceMax != Timeout.InfiniteTimeSpan ? new Hearing(silenceMax, TimeProvider.System, patience.Token) : null;
        try
        {
            return await exchange.AskAsync(via, message, hearing, hearing?.Ended ?? patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled) when (_aborted.IsCancellationRequested)
        {
            throw new CommunicationObjectAbortedException($"The channel to {via} was aborted while a call was under way.", cancelled);
        }
        catch (OperationCanceledException cancelled) when (patience.IsCancellationRequested)
        {
            throw new TimeoutException($"{via} did not answer within {timeout.TotalSeconds} s.", cancelled);
        }
        catch (OperationCanceledException cancelled) when (hearing is { WasSilent: true })
        {
            throw new TimeoutException($"Of an answer of {via} nothing was heard for {silenceMax.TotalSeconds} s.", cancelled);
        }
        catch (HttpRequestException lost) when (lost.HttpRequestError == HttpRequestError.NameResolutionError)
        {
            throw new EndpointNotFoundException($"The host of {via} is not known.", lost);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException)
        {
            throw new CommunicationException($"The exchange with {via} failed: {lost.Message}", lost);
        }
        finally
        {
            End();
        }
    }
}

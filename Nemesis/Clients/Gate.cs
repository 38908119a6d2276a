namespace PaxosWcf.Nemesis;

/// <summary>Lets clients call, or has them wait until whoever holds them back is done.</summary>
internal sealed class Gate
{
    private readonly Lock _lock = new();
    private int _inside;
    private TaskCompletionSource? _opens;
    private TaskCompletionSource? _empties;

    /// <summary>Makes a call, once that is allowed.</summary>
    public async Task PassAsync(Func<Task> call)
    {
        while (!TryEnter(out Task opens))
        {
            await opens;
        }

        try
        {
            await call();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Holds all back that comes from here on, and waits until the calls under way are over. Disposing lets them go on.</summary>
    public async Task<IDisposable> CloseAsync()
    {
        Task empty;
        lock (_lock)
        {
            _opens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _empties = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            empty = _inside == 0 ? Task.CompletedTask : _empties.Task;
        }

        await empty;
        return new Opener(this);
    }

    private bool TryEnter(out Task opens)
    {
        lock (_lock)
        {
            opens = _opens?.Task ?? Task.CompletedTask;
            _inside += _opens is null ? 1 : 0;
            return _opens is null;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_inside == 0)
            {
                _empties?.TrySetResult();
            }
        }
    }

    private void Open()
    {
        lock (_lock)
        {
            _opens?.TrySetResult();
            (_opens, _empties) = (null, null);
        }
    }

    private sealed class Opener(Gate gate) : IDisposable
    {
        public void Dispose() => gate.Open();
    }
}

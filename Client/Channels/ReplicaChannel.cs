using System.ServiceModel;
using System.ServiceModel.Channels;
using Microsoft.Extensions.Logging;
using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>The channel to one replica: opened before its first use, replaced only when it can no longer be used.</summary>
internal sealed class ReplicaChannel<TContract>(int replica, Uri address, Binding binding, TlsCredentials credentials, ILogger logger) : IAsyncDisposable
    where TContract : class
{
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _replacing = new(1, 1);
    private readonly ChannelFactory<TContract> _factory = WcfFactories.Of<TContract>(binding, address, credentials);
    private TContract? _current;
    private bool _disposed;

    public async Task<TContract> OpenAsync(CancellationToken cancel)
    {
        return Volatile.Read(ref _current) is { } ready && IsOpen(ready) ? ready : await ReplaceAsync(cancel).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await CloseAsync(atOnce: false).ConfigureAwait(false);

    /// <summary>Closes it for good.</summary>
    /// <param name="atOnce">Whether nobody waits for the calls that are under way; otherwise they have some time to end.</param>
    public async Task CloseAsync(bool atOnce)
    {
        await _replacing.WaitAsync().ConfigureAwait(false);
        try
        {
            _disposed = true;
            if (atOnce)
            {
                (_current as ICommunicationObject)?.Abort();
            }

            await CloseAsync(_current as ICommunicationObject).ConfigureAwait(false);
            await CloseAsync(_factory).ConfigureAwait(false);
        }
        finally
        {
            _replacing.Release();
        }
    }

    private async Task<TContract> ReplaceAsync(CancellationToken cancel)
    {
        await _replacing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_current is { } made && IsOpen(made))
            {
                return made;
            }

            // The new channel is in place before the old one is closed: no caller ever meets a closed one.
            TContract? old = _current;
            Volatile.Write(ref _current, await OpenNewAsync().ConfigureAwait(false));
            await RetireAsync(old as ICommunicationObject).ConfigureAwait(false);
            return _current!;
        }
        finally
        {
            _replacing.Release();
        }
    }

    private async Task<TContract> OpenNewAsync()
    {
        TContract channel = _factory.CreateChannel();
        var communication = (ICommunicationObject)channel;
        await Task.Factory.FromAsync(communication.BeginOpen, communication.EndOpen, null).ConfigureAwait(false);
        return channel;
    }

    private async Task RetireAsync(ICommunicationObject? old)
    {
        if (old is not null)
        {
            Log.ChannelReplaced(logger, replica, old.State.ToString());
            await CloseAsync(old).ConfigureAwait(false);
        }
    }

    private static bool IsOpen(TContract channel) => ((ICommunicationObject)channel).State == CommunicationState.Opened;

    private static async Task CloseAsync(ICommunicationObject? closing)
    {
        if (closing is not { State: CommunicationState.Opened })
        {
            // What was never opened, or is faulted, cannot be closed.
            closing?.Abort();
            return;
        }

        try
        {
            await Task.Factory.FromAsync(closing.BeginClose, closing.EndClose, ClosePatience, null).ConfigureAwait(false);
        }
        catch (Exception e) when (e is CommunicationException or TimeoutException)
        {
            // It was faulted meanwhile, or is slow; neither may hold up its owner.
            closing.Abort();
        }
    }
}

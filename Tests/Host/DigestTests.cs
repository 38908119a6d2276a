using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost;
using PaxosWcf.ReplicaHost.Endpoints;
using PaxosWcf.ReplicaHost.Hosting;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Host;

/// <summary>A digest reads the whole store, and is the only one at its time.</summary>
[TestClass]
public sealed class DigestTests(TestContext test)
{
    /// <summary>Else whoever asked and went would keep the next one out for as long as all takes to read.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Caller_ThatIsGone_EndsItsDigest_AndTheNextOneIsLetIn()
    {
        using var store = new StoreWithoutEnd();
        using var gone = new CancellationTokenSource();
        var call = new Call { Disconnected = gone.Token };
        var self = new ReplicaIdentity(1, "test", "", "0", null);
        using var control = new ReplicaControlService(self, null!, store, null!, null!, null!, null!, null!, null!, null!, null!, null!, call);
        var digest = control.DigestAsync();
        await store.IsRead.WaitAsync(test.CancellationToken);
        await Assert.ThrowsAsync<System.ServiceModel.FaultException<OverloadedFault>>(control.DigestAsync);

        await gone.CancelAsync();
        await Task.WhenAny(digest, Task.Delay(TimeSpan.FromSeconds(20), test.CancellationToken));
        var hasEnded = digest.IsCompleted;
        store.Ends = true;

        Assert.IsTrue(hasEnded, "it reads on");
        await Assert.ThrowsAsync<OperationCanceledException>(() => digest);
        call.Disconnected = CancellationToken.None;
        Assert.AreEqual(1, (await control.DigestAsync()).ReplicaId);
    }

    private sealed class Call : ICallContext
    {
        public string Caller => "-";

        public string Query => "";

        public CancellationToken Disconnected { get; set; }

        public void TakeForAnswer(long bytes)
        {
            // There is room.
        }
    }

    private sealed class StoreWithoutEnd : IReplicaStore, IStoreSnapshot
    {
        private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsRead => _read.Task;

        public bool Ends
        {
            get => Volatile.Read(ref field);
            set => Volatile.Write(ref field, value);
        }

        public void Write(WriteSet writes, bool durable) => throw new NotSupportedException();

        public byte[]? Find(StoreFamily family, ReadOnlySpan<byte> key) => null;

        public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(StoreFamily family, byte[] from, byte[]? until)
        {
            while (!Ends)
            {
                _read.TrySetResult();
                yield return new([1], [1]);
            }
        }

        public IStoreSnapshot Snapshot() => this;

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}

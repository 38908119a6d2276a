using System.ServiceModel;
using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>A user without the client library, as SOAP clients of another make are: it writes without an identity, each call once, at one replica's door. No session
/// hides what is executed twice, or though its user was told that it has no effect.</summary>
internal sealed class ForeignUser
{
    private const string KeyPrefix = "f";
    private const int Keys = 3;

    private readonly SimulatedCluster _cluster;
    private readonly ClientLinks _links;
    private readonly int _number;
    private readonly Random _random;
    private readonly CallRoute _route;
    private readonly Dictionary<string, SeenKey> _seen = new(StringComparer.Ordinal);
    private UserOperation _current;
    private int _count;

    public ForeignUser(SimulatedCluster cluster, ClientLinks links, int number)
    {
        (_cluster, _links, _number) = (cluster, links, number);
        _random = cluster.Streams.Of("foreign user", number);
        _route = new CallRoute(cluster, $"foreign client {number}");
        _current = new UserOperation("nothing", Slot.None);
    }

    /// <summary>Whether it begins another call when one is over.</summary>
    public bool GoesOn { get; set; } = true;

    /// <summary>Whether it waits for an answer.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>How many calls were answered.</summary>
    public int Answered { get; private set; }

    /// <summary>How many had no effect, as it was told.</summary>
    public int WithoutEffect { get; private set; }

    /// <summary>Those of which it does not know.</summary>
    public List<UserOperation> InDoubt { get; } = [];

    /// <summary>Whether a key is one that such users write, and nobody else.</summary>
    public static bool Writes(string key) => key.StartsWith(KeyPrefix, StringComparison.Ordinal);

    /// <summary>Calls until it is told to stop.</summary>
    public async Task RunAsync()
    {
        await PauseAsync();
        while (GoesOn)
        {
            await DrawnAsync();
            await PauseAsync();
        }
    }

    private Task DrawnAsync() => _random.Next(6) switch
    {
        0 => BatchAsync(),
        1 when !WrongStates.AreKnown(_cluster.Options) => TransactAsync(),
        _ => PutAsync(),
    };

    private Task PutAsync()
    {
        var (key, value) = (DrawKey(), Value("p"));
        return CallAsync($"put {key}", value, door => door.PutAsync(key, value, identity: null), reply =>
        {
            _seen[key] = new SeenKey(value, reply.Revision, Version: 1);
            return new PutDone(new Slot(reply.Slot), reply.Revision, reply.Replaced);
        });
    }

    private Task BatchAsync()
    {
        var value = Value("b");
        BatchOperation[] operations = [BatchOperation.Put(DrawKey(), value), .. SimulatedBatch.Draw(_random, DrawKey, Text("m"))];
        return CallAsync("batch", value, door => door.BatchAsync(operations, identity: null), reply => SimulatedBatch.Answer(operations, reply));
    }

    private Task TransactAsync()
    {
        var value = Value("t");
        var drawn = SimulatedTransact.Draw(_random, DrawKey, key => _seen.GetValueOrDefault(key), Text("n"));
        var asked = drawn with { Then = [BatchOperation.Put(DrawKey(), value), .. drawn.Then] };
        return CallAsync(
            $"transact {asked}", value, door => door.TransactAsync(asked.Comparisons, asked.Then, asked.Otherwise, identity: null),
            reply => SimulatedTransact.Answer(asked, reply));
    }

    // Once, at a replica where that is now: nobody else is asked, and nothing is repeated.
    private async Task CallAsync<TReply>(string text, byte[] value, Func<SimulatedDoor, Task<TReply>> call, Func<TReply, CommandAnswer> answer)
    {
        var operation = _current = new UserOperation($"f{_number}#{_count++} {text}", _cluster.Checker.OnInvoked());
        _cluster.Checker.Ledger.OnSent(operation, value);
        var replica = _cluster.Replicas[_random.Next(_cluster.Replicas.Count)];
        IsWaiting = true;
        try
        {
            var calling = call(new SimulatedDoor(new CalledPlace(_cluster, replica, replica.Address), _links, _random, () => _current, _route));
            if (await Task.WhenAny(calling, PatienceAsync()) != calling)
            {
                OnDoubt(operation, "it waits no longer");
                return;
            }

            OnAnswered(operation, answer(await calling));
        }
        catch (Exception failure) when (IsWithoutEffect(failure))
        {
            _cluster.Write($"{operation} had no effect: {failure.Message}");
            WithoutEffect++;
            _cluster.Checker.Ledger.OnCalledOff(operation);
        }
        catch (CommunicationException failure) when (failure is FaultException<OutcomeUnknownFault> or not FaultException)
        {
            OnDoubt(operation, failure.Message);
        }
        finally
        {
            IsWaiting = false;
        }
    }

    // What the contract says has no effect and never will, and what never came to a replica.
    private static bool IsWithoutEffect(Exception failure) => failure is EndpointNotFoundException or FaultException<NoQuorumFault>
        or FaultException<OverloadedFault> or FaultException<StorageFullFault> or FaultException<ReplicaFencedFault> or FaultException<RestoringFault>;

    private void OnAnswered(UserOperation operation, CommandAnswer answer)
    {
        _cluster.CheckThread();
        _cluster.Write($"{operation} → {answer}");
        Answered++;
        _cluster.Checker.OnWriteAnswered(operation, answer, SlotOf(answer));
    }

    private void OnDoubt(UserOperation operation, string why)
    {
        _cluster.Write($"{operation} is in doubt: {why}");
        InDoubt.Add(operation);
        _cluster.Checker.Ledger.OnDoubtful(operation);
    }

    private static Slot SlotOf(CommandAnswer answer) => answer switch
    {
        BatchDone done => done.Slot,
        TransactDone done => done.Slot,
        _ => ((PutDone)answer).Slot,
    };

    // Ends inside an event, as everything does.
    private Task PauseAsync() => WaitAsync(_random.Next(1, 10 * VirtualTime.Tick));

    private Task PatienceAsync() => WaitAsync(_links.Plan.AttemptTicks * VirtualTime.Tick);

    private Task WaitAsync(int units)
    {
        var over = new TaskCompletionSource();
        _cluster.Time.After(units, over.SetResult);
        return over.Task;
    }

    private string DrawKey() => $"{KeyPrefix}{_random.Next(Keys)}";

    private byte[] Value(string kind) => Encoding.UTF8.GetBytes(Text(kind));

    private string Text(string kind) => $"f{_number}-{_count}{kind}";
}

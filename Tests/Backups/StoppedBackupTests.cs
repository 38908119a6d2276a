using Microsoft.Extensions.Time.Testing;
using PaxosWcf.ClientApp;
using PaxosWcf.Contracts;
using PaxosWcf.Tests.Client;
using PaxosWcf.Tests.Console;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Backups;

/// <summary>What an operator is told of a restore, or a backup, that stops half-way.</summary>
[TestClass]
public sealed class StoppedBackupTests : IDisposable
{
    private const string Advice = " The cluster may serve nobody until the restore is repeated with --force.\n";

    private readonly TemporaryDirectory _directory = new();
    private readonly ConsoleUnderTest _console = new();
    private readonly string _backup;

    public StoppedBackupTests()
    {
        _backup = _directory.Below("backup");
        using var stream = new FileStream(_backup, FileMode.CreateNew);
        using var writer = new BackupFileWriter(stream, new BackupHeader("fruit", 1, 1, 1, DateTimeOffset.UnixEpoch));
        writer.Add([new BackupEntry { Key = "apple", Value = [1], CreateRevision = 1, ModificationRevision = 1, Version = 1 }]);
        writer.Complete();
    }

    public void Dispose()
    {
        _directory.Dispose();
        _console.Dispose();
    }

    [TestMethod]
    public async Task Restore_StoreIsFull_SaysWhatToDoAndNotThatItServes()
    {
        (_console.Cluster.Always, _console.Cluster.AlwaysFor) = (Mishap.StorageFull, "restore put");

        Assert.AreEqual(3, await RestoreAsync(_ => { }));

        Assert.AreEqual("The store is full: it takes 11 of 10 bytes; have the limit raised." + Advice, _console.Error);
    }

    /// <summary>The keys that were there are deleted, and their room is not given back yet.</summary>
    [TestMethod]
    public async Task Restore_StoreIsFullForAMinute_GoesOn()
    {
        (_console.Cluster.Always, _console.Cluster.AlwaysFor) = (Mishap.StorageFull, "restore put");

        Assert.AreEqual(0, await RestoreAsync(seconds => _console.Cluster.Always = seconds > 60 ? null : Mishap.StorageFull));

        Assert.AreEqual("", _console.Error);
    }

    [TestMethod]
    public async Task Restore_NobodyAnswers_SaysWhatToDo()
    {
        (_console.Cluster.Always, _console.Cluster.AlwaysFor) = (Mishap.NoQuorum, "restore put");

        Assert.AreEqual(3, await _console.RunAsync("restore", _backup));

        Assert.EndsWith(Advice, _console.Error);
    }

    [TestMethod]
    public async Task Restore_NobodyCanBeReached_NothingHasBegun()
    {
        (_console.Cluster.Always, _console.Cluster.AlwaysFor) = (Mishap.Refused, "restore begin");

        Assert.AreEqual(3, await _console.RunAsync("restore", _backup));

        Assert.EndsWith("cannot be reached (Connection refused).\n", _console.Error);
    }

    [TestMethod]
    public async Task Restore_BeginIsNotAnswered_SaysWhatToDo()
    {
        (_console.Cluster.Always, _console.Cluster.AlwaysFor) = (Mishap.AnswerLost, "restore begin");

        Assert.AreEqual(3, await _console.RunAsync("restore", _backup, "--force"));

        Assert.EndsWith(Advice, _console.Error);
    }

    /// <summary>It may have been refused, for the store holds keys: nobody is told to have them deleted.</summary>
    [TestMethod]
    public async Task Restore_BeginWithoutForceIsNotAnswered_IsToBeRepeatedAsItWas()
    {
        (_console.Cluster.Always, _console.Cluster.AlwaysFor) = (Mishap.AnswerLost, "restore begin");

        Assert.AreEqual(3, await _console.RunAsync("restore", _backup));

        Assert.EndsWith("repeat it as it was, and it says what the cluster holds.\n", _console.Error);
    }

    /// <summary>What was not executed has not begun.</summary>
    [TestMethod]
    public async Task Restore_BeginIsRefused_HasNotBegun()
    {
        (_console.Cluster.Always, _console.Cluster.AlwaysFor) = (Mishap.NoQuorum, "restore begin");

        Assert.AreEqual(3, await _console.RunAsync("restore", _backup));

        Assert.DoesNotContain("--force", _console.Error);
        Assert.DoesNotContain("repeat it", _console.Error);
    }

    /// <summary>The store is emptied first, by what a backup of it holds; that backup may be lost.</summary>
    [TestMethod]
    public async Task Restore_StopsWhileItEmptiesTheStore_SaysWhatToDo()
    {
        _console.Cluster.RestoreKeys = 1;
        (_console.Cluster.Always, _console.Cluster.AlwaysFor) = (Mishap.InvalidRequest, "backup read");

        Assert.AreEqual(3, await _console.RunAsync("restore", _backup, "--force"));

        Assert.EndsWith(Advice, _console.Error);
    }

    [TestMethod]
    public async Task Restore_Interrupted_SaysWhatToDo()
    {
        using var interrupts = new Interrupts();
        (_console.Cluster.Always, _console.Cluster.AlwaysFor) = (Mishap.Silent, "restore put");
        _console.Cluster.Heard = (_, operation) =>
        {
            if (operation == "restore put")
            {
                interrupts.Interrupt();
            }
        };

        Assert.AreEqual(130, await _console.RunAsync(interrupts, "restore", _backup));

        Assert.AreEqual("Interrupted." + Advice, _console.Error);
    }

    /// <summary>A step that removes keys and was given up may take effect after these were brought back.</summary>
    [TestMethod]
    [DataRow(1, 0, DisplayName = "complete the second time")]
    [DataRow(2, 1, DisplayName = "and not even then")]
    public async Task Restore_KeysAreMissingAtTheEnd_AreBroughtOnceMore(int incomplete, int exitCode)
    {
        var steps = new List<string>();
        _console.Cluster.RestoreOutcomes = step =>
        {
            steps.Add(step);
            return step == "end" && steps.Count(one => one == "end") <= incomplete ? RestoreOutcome.Incomplete : RestoreOutcome.Done;
        };

        Assert.AreEqual(exitCode, await _console.RunAsync("restore", _backup));

        Assert.AreSequenceEqual(["begin", "put", "end", "put", "end"], steps);
    }

    [TestMethod]
    public async Task Restore_BumpBeyondItsLimit_IsRefused()
    {
        Assert.AreEqual(2, await _console.RunAsync("restore", _backup, "--bump", "-1"));

        Assert.Contains("--bump is 0 to", _console.Error);
    }

    [TestMethod]
    public async Task Backup_ReplicaHasGivenItUp_IsNotTheOperatorsMistake()
    {
        (_console.Cluster.Always, _console.Cluster.AlwaysFor) = (Mishap.InvalidRequest, "backup read");

        Assert.AreEqual(3, await _console.RunAsync("backup", _directory.Below("another"), "--replica", "2"));

        Assert.StartsWith("Replica 2 has given the backup up", _console.Error);
        Assert.IsFalse(File.Exists(_directory.Below("another")));
    }

    private async Task<int> RestoreAsync(Action<int> eachSecond)
    {
        var time = new FakeTimeProvider();
        _console.Time = time;
        Task<int> restoring = _console.RunAsync("restore", _backup);
        for (int seconds = 0; !restoring.IsCompleted; seconds++)
        {
            eachSecond(seconds);
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }

        return await restoring;
    }
}

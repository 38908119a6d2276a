using Microsoft.Extensions.Time.Testing;
using PaxosWcf.ReplicaHost.Hosting;

namespace PaxosWcf.Tests.Host;

/// <summary>How long the addresses of a replica that stops may wait for their calls, all together.</summary>
[TestClass]
public sealed class OpenDoorsTests
{
    [TestMethod]
    [DataRow(0, "clients 5, peers 5")]
    [DataRow(3, "clients 5, peers 2")]
    [DataRow(5, "clients 5, peers 1")]
    [DataRow(60, "clients 5, peers 1")]
    public async Task Doors_CloseTheLastOneFirst_AndWaitAsLongAsOne(int secondsOfClients, string patience)
    {
        var time = new FakeTimeProvider();
        var seen = new List<string>();
        var doors = new OpenDoors(TimeSpan.FromSeconds(5), time);
        doors.Add(within => CloseAsync("peers", within, seconds: 0));
        doors.Add(within => CloseAsync("clients", within, secondsOfClients));

        await doors.DisposeAsync();
        await doors.DisposeAsync();

        Assert.AreEqual(patience, string.Join(", ", seen));

        async ValueTask CloseAsync(string who, TimeSpan within, int seconds)
        {
            seen.Add($"{who} {within.TotalSeconds}");
            await Task.Yield();
            time.Advance(TimeSpan.FromSeconds(seconds));
        }
    }
}

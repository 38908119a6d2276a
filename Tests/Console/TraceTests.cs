using PaxosWcf.ClientApp;
using PaxosWcf.Contracts;
using PaxosWcf.Tests.Client;

namespace PaxosWcf.Tests.Console;

/// <summary>The console's trace, of replicas that say what a test has them say.</summary>
[TestClass]
public sealed class TraceTests
{
    private static readonly DateTime Start = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    [TestMethod]
    public async Task Trace_OfSeveralReplicas_IsInTheOrderOfTheirClocks()
    {
        using var console = Console(
            (1, [Sends(0, 3, "Accept", "Accept 1.1 [7] chosen 6"), Sends(4, 2, "Heartbeat", "Heartbeat 1.1"), Applies(5, "slot 7 (R2/1#1)")], 10),
            (3, [Sends(2, 1, "Accepted", "Accepted 1.1 [7]"), Says(7, "Campaigns with ballot 2.3")], 10));

        Assert.AreEqual(0, await console.RunAsync("trace", "--limit", "4"), console.Error);

        Assert.AreEqual(
            """
            03:04:05.000000 R1→R3 Accept 1.1 [7] chosen 6
            03:04:05.002000 R3→R1 Accepted 1.1 [7]
            03:04:05.005000 R1 applies slot 7 (R2/1#1)
            03:04:05.007000 R3: Campaigns with ballot 2.3
            4 lines.

            """.ReplaceLineEndings("\n"),
            console.Out);
    }

    // What R3 has not told yet may come before what R1 did.
    [TestMethod]
    public async Task Trace_OneHasToldLess_TheOthersAreHeldBack()
    {
        using var console = Console(
            (1, [Sends(0, 3, "Accept", "first"), Sends(4, 3, "Accept", "third")], 10),
            (3, [], 1),
            (3, [Sends(2, 1, "Accepted", "second")], 20));

        Assert.AreEqual(0, await console.RunAsync("trace", "--limit", "3"), console.Error);

        Assert.AreEqual(
            "03:04:05.000000 R1→R3 first\n03:04:05.002000 R3→R1 second\n03:04:05.004000 R1→R3 third\n3 lines.\n", console.Out);
    }

    [TestMethod]
    public async Task Trace_OfOneReplica_AsksNobodyElse_AndHeartbeatsAreShownIfAskedFor()
    {
        using var console = Console((2, [Sends(0, 3, "Heartbeat", "Heartbeat 1.2 round 5")], 1), (1, [Sends(0, 3, "Accept", "not asked for")], 1));

        Assert.AreEqual(0, await console.RunAsync("trace", "2", "--heartbeats", "--limit", "1"), console.Error);

        Assert.AreEqual("03:04:05.000000 R2→R3 Heartbeat 1.2 round 5\n1 line.\n", console.Out);
        Assert.IsTrue(console.Cluster.Calls.All(call => call.Replica == 2));
    }

    [TestMethod]
    public async Task Trace_AsJson_HasAnObjectALine()
    {
        using var console = Console((1, [Sends(0, 3, "Accept", "Accept 1.1 [7]"), Applies(1, "slot 7 Noop")], 10));

        Assert.AreEqual(0, await console.RunAsync("trace", "1", "--limit", "2", "--json"), console.Error);

        Assert.AreEqual(
            """
            {"verb":"trace","ok":true,"replica":1,"number":1,"at":"2026-01-02T03:04:05.0000000Z","kind":"sends","to":3,"message":"Accept","text":"Accept 1.1 [7]"}
            {"verb":"trace","ok":true,"replica":1,"number":2,"at":"2026-01-02T03:04:05.0010000Z","kind":"applies","text":"slot 7 Noop"}
            {"verb":"trace","ok":true,"kind":"end","lines":2}

            """.ReplaceLineEndings("\n"),
            console.Out);
    }

    [TestMethod]
    public async Task Trace_OnATerminal_DrawsArrowsBetweenLanes()
    {
        using var console = Console((2, [Sends(0, 4, "Accept", "Accept 1.2 [7]"), Sends(1, 1, "Accept", "Accept 1.2 [7]"), Applies(2, "slot 7 Noop")], 10));
        console.OutIsTerminal = true;

        Assert.AreEqual(0, await console.RunAsync("trace", "2", "--limit", "3"), console.Error);

        Assert.AreEqual(
            """
                             R1      R2      R3      R4      R5      
            03:04:05.000000  │       ├───────┼──────►│       │  Accept 1.2 [7]
            03:04:05.001000  │◄──────┤       │       │       │  Accept 1.2 [7]
            03:04:05.002000  │       ●       │       │       │  R2 applies slot 7 Noop
            3 lines.

            """.ReplaceLineEndings("\n"),
            console.Out);
    }

    /// <summary>An arrow that arrives would say that the partition let it through.</summary>
    [TestMethod]
    public async Task Trace_OfWhatIsLost_DrawsAnArrowThatDoesNotArrive()
    {
        foreach (var isTerminal in new[] { false, true })
        {
            using var console = Console((2, [Sends(0, 4, "Accept", "Accept 1.2 [7]"), Sends(1, 4, "Accept", "Accept 1.2 [7]") with { Lost = "the link is cut" }], 10));
            console.OutIsTerminal = isTerminal;

            Assert.AreEqual(0, await console.RunAsync("trace", "2", "--limit", "2"), console.Error);

            Assert.Contains(
                isTerminal ? "03:04:05.001000  │       ├───────┼──────✗│       │  Accept 1.2 [7] is lost: the link is cut\n" : "03:04:05.001000 R2✗R4 Accept 1.2 [7] is lost: the link is cut\n",
                console.Out);
        }

        using var json = Console((2, [Sends(1, 4, "Accept", "Accept 1.2 [7]") with { Lost = "the link is cut" }], 10));
        Assert.AreEqual(0, await json.RunAsync("trace", "2", "--limit", "1", "--json"), json.Error);
        Assert.Contains("\"text\":\"Accept 1.2 [7]\",\"lost\":\"the link is cut\"}", json.Out);
    }

    [TestMethod]
    public async Task Trace_SomethingIsMissing_SaysSoWhereItIs()
    {
        using var console = Console((1, [Sends(0, 3, "Accept", "before")], 10), (1, [Sends(20, 3, "Accept", "after")], 30));
        var told = console.Cluster.Trace;
        console.Cluster.Trace = (replica, from) => told(replica, from) is var reply && from == 2 ? reply with { HasGap = true } : reply;

        Assert.AreEqual(0, await console.RunAsync("trace", "1", "--limit", "3"), console.Error);

        Assert.AreEqual("03:04:05.000000 R1→R3 before\nSomething that R1 did is missing here.\n03:04:05.020000 R1→R3 after\n3 lines.\n", console.Out);
    }

    [TestMethod]
    public async Task Trace_OneIsDown_IsSaidOnce_AndTheOthersGoOn()
    {
        using var console = Console((1, [Sends(0, 3, "Accept", "a")], 10), (1, [Sends(20, 3, "Accept", "b")], 30));
        console.Cluster.Befall(2, Mishap.Refused, Mishap.Refused, Mishap.Refused, Mishap.Refused, Mishap.Refused, Mishap.Refused, Mishap.Refused, Mishap.Refused);

        Assert.AreEqual(0, await console.RunAsync("trace", "--limit", "3"), console.Error);

        var lines = console.Out.Split('\n', 2);
        Assert.StartsWith("Replica 2", lines[0]);
        Assert.AreEqual("03:04:05.000000 R1→R3 a\n03:04:05.020000 R1→R3 b\n3 lines.\n", lines[1]);
    }

    [TestMethod]
    public async Task Trace_NobodyAnswers_IsUnavailable()
    {
        using var console = Console();
        console.Cluster.Always = Mishap.Refused;

        Assert.AreEqual(ExitCodes.Unavailable, await console.RunAsync("trace", "--for", "10s"));

        Assert.Contains("eplica 1", console.Error);
    }

    /// <summary>At a prompt, too, options may be all that stands behind the verb.</summary>
    [TestMethod]
    public async Task Trace_AtThePrompt_TakesOptionsAlone()
    {
        using var console = Console((1, [Sends(0, 3, "Accept", "Accept 1.1 [7]")], 10));
        console.Cluster.Put("apple", "red"u8.ToArray());
        console.Cluster.Put("pear", "green"u8.ToArray());
        console.Input = "trace --limit 1\nkeys --limit 1\n";

        Assert.AreEqual(0, await console.RunAsync(), console.Error);

        Assert.AreEqual("03:04:05.000000 R1→R3 Accept 1.1 [7]\n1 line.\napple\n", console.Out);
    }

    [TestMethod]
    public async Task Trace_ForATime_Ends()
    {
        using var console = Console();

        Assert.AreEqual(0, await console.RunAsync("trace", "--for", "1ms"), console.Error);

        Assert.AreEqual("0 lines.\n", console.Out);
    }

    // Each round that asks a replica for more takes the next of its tellings; then there is nothing more.
    private static ConsoleUnderTest Console(params (int Replica, TraceEvent[] Events, int CompleteUntil)[] told)
    {
        var left = told.ToLookup(telling => telling.Replica).ToDictionary(group => group.Key, group => new Queue<(int Replica, TraceEvent[] Events, int Until)>(group));
        var console = new ConsoleUnderTest { Time = new UtcTime() };
        console.Cluster.Trace = (replica, from) =>
        {
            lock (left)
            {
                var telling = from > 0 && left.TryGetValue(replica, out var queue) && queue.Count > 0 ? queue.Dequeue() : (replica, [], 1000);
                var number = Math.Max(from, 1);
                return new TraceReply
                {
                    ReplicaId = replica,
                    Events = [.. telling.Events.Select(e => e with { Number = number++ })],
                    Next = number,
                    HasGap = false,
                    CompleteUntil = Start.AddMilliseconds(telling.Until),
                };
            }
        };
        return console;
    }

    private static TraceEvent Sends(int milliseconds, int to, string message, string text) =>
        new() { Number = 0, At = Start.AddMilliseconds(milliseconds), Kind = TraceEventKind.Sends, To = to, Message = message, Text = text };

    private static TraceEvent Applies(int milliseconds, string text) =>
        new() { Number = 0, At = Start.AddMilliseconds(milliseconds), Kind = TraceEventKind.Applies, Text = text };

    private static TraceEvent Says(int milliseconds, string text) =>
        new() { Number = 0, At = Start.AddMilliseconds(milliseconds), Kind = TraceEventKind.Says, Text = text };

    private sealed class UtcTime : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}

using System.CommandLine;
using System.Globalization;
using PaxosWcf.Benchmarks.CommandLine;

namespace PaxosWcf.Benchmarks.DotNext;

/// <summary>The hidden verb that a member's process is started with.</summary>
internal static class DotNextCommand
{
    public const string MemberVerb = "dotnext-member";

    public static Command CreateMember()
    {
        var own = new Argument<int>("MEMBER");
        var ports = new Argument<string>("PORTS");
        var directory = new Argument<string>("DIR");
        var command = new Command(MemberVerb, "a member of the DotNext cluster that inside measures") { Hidden = true };
        command.Arguments.Add(own);
        command.Arguments.Add(ports);
        command.Arguments.Add(directory);
        command.SetAction((parsed, cancel) => BenchmarksCommand.GuardAsync(async () =>
        {
            int[] all = [.. parsed.GetRequiredValue(ports).Split(',').Select(port => int.Parse(port, CultureInfo.InvariantCulture))];
            await using DotNextMember member = await DotNextMember.StartAsync(
                all, parsed.GetRequiredValue(own), parsed.GetRequiredValue(directory), cancel);
            while (await Console.In.ReadLineAsync(cancel) is not null)
            {
                // Whatever is typed means nothing; only the end does.
            }

            return ExitCodes.Done;
        }));
        return command;
    }
}

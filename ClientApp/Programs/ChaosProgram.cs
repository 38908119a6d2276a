using System.CommandLine;

namespace PaxosWcf.ClientApp;

internal static class ChaosProgram
{
    public static Command Command(ProgramActions actions)
    {
        var command = new Command("chaos", "kill replicas while clients write");
        actions.SetAction(command, (_, _, _) => throw new UsageException("not yet"));
        return command;
    }
}

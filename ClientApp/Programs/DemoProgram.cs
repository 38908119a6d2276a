using System.CommandLine;

namespace PaxosWcf.ClientApp;

internal static class DemoProgram
{
    public static Command Command(ProgramActions actions)
    {
        var command = new Command("demo", "start five replicas, show what they do, then the prompt");
        actions.SetAction(command, (_, _, _) => throw new UsageException("not yet"));
        return command;
    }
}

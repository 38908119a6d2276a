using Spectre.Console;

namespace PaxosWcf.ClientApp;

/// <summary>Shows a person that something is waited for.</summary>
internal static class Spinner
{
    public static async Task WhileAsync(Session session, string what, Func<Task> work)
    {
        if (session.Printer.Lively)
        {
            await session.Io.Terminal.Status().StartAsync(Markup.Escape(what), _ => work());
        }
        else
        {
            await work();
        }
    }
}

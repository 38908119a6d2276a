using Spectre.Console;

namespace PaxosWcf.ClientApp;

/// <summary>Shows a person that something goes on; in a pipe and for JSON it shows nothing.</summary>
internal static class Progress
{
    /// <summary>A spinner.</summary>
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

    /// <summary>A bar.</summary>
    /// <param name="session">Where to draw.</param>
    /// <param name="what">What goes on.</param>
    /// <param name="work">The work; it tells how many of how many steps are done.</param>
    public static Task<T> WithBarAsync<T>(Session session, string what, Func<Action<int, int>, Task<T>> work) =>
        WithBarAsync(session.Printer, session.Io, what, work);

    /// <summary>A bar.</summary>
    /// <param name="printer">Says whether it may be drawn.</param>
    /// <param name="io">Where to draw.</param>
    /// <param name="what">What goes on.</param>
    /// <param name="work">The work; it tells how many of how many steps are done.</param>
    public static async Task<T> WithBarAsync<T>(Printer printer, AppIo io, string what, Func<Action<int, int>, Task<T>> work)
    {
        if (!printer.Lively)
        {
            return await work((_, _) => { });
        }

        return await io.Terminal.Progress().AutoClear(true).StartAsync(async bars =>
        {
            ProgressTask bar = bars.AddTask(Markup.Escape(what));
            return await work((done, of) =>
            {
                bar.MaxValue = of;
                bar.Value = done;
            });
        });
    }
}

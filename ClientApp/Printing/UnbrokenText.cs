using Spectre.Console;
using Spectre.Console.Rendering;

namespace PaxosWcf.ClientApp;

/// <summary>Lines of text as they are: a long one is wrapped by the terminal, not by us, so that what is copied from the
/// screen is what was printed.</summary>
internal sealed class UnbrokenText(string text, string? colour = null) : Renderable
{
    private readonly Style _style = colour is null ? Style.Plain : Style.Parse(colour);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        return text.Split('\n').SelectMany(line => new[] { new Segment(line, _style), Segment.LineBreak });
    }
}

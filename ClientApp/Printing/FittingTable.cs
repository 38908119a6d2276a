using Spectre.Console.Rendering;

namespace PaxosWcf.ClientApp;

/// <summary>A table where the terminal is wide enough for it, and something else where it is not.</summary>
/// <param name="table">The table.</param>
/// <param name="width">How many columns of the terminal it needs.</param>
/// <param name="narrow">What is shown where there are fewer.</param>
internal sealed class FittingTable(IRenderable table, int width, IRenderable narrow) : Renderable
{
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        (maxWidth >= width ? table : narrow).Render(options, maxWidth);
}

using System.Text.Json.Nodes;
using Spectre.Console.Rendering;

namespace PaxosWcf.ClientApp;

/// <summary>What came of a verb, in each form it may be shown in.</summary>
/// <param name="ExitCode">What the shell is told.</param>
/// <param name="Json">For --json; the field names are stable.</param>
/// <param name="Plain">Text without colour or table.</param>
internal sealed record VerbResult(int ExitCode, JsonObject Json, string Plain)
{
    /// <summary>For a terminal; null: <see cref="Plain"/>.</summary>
    public IRenderable? Rich { get; init; }

    /// <summary>What a pipe gets, byte for byte; null: <see cref="Plain"/> and a line end.</summary>
    public byte[]? Raw { get; init; }

    /// <summary>What a failure shows on standard output all the same, beside <see cref="Plain"/> on standard error; null: nothing.</summary>
    public string? Seen { get; init; }

    /// <summary>Whether it is the answer that what was expected is not so.</summary>
    public bool IsNotHeld { get; init; }

    /// <summary>Whether it failed, as opposed to an answer such as "not found".</summary>
    public bool IsFailure { get; init; }
}

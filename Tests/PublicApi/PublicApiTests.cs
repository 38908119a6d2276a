using System.Reflection;

namespace PaxosWcf.Tests.PublicApi;

/// <summary>What the packages show to those who reference them, as <c>golden/</c> has it: no name of it changes by accident.</summary>
[TestClass]
public sealed class PublicApiTests
{
    [TestMethod]
    [DataRow("Contracts")]
    [DataRow("Client")]
    [DataRow("History")]
    public void Package_ShowsWhatTheGoldenFileHas(string project)
    {
        IReadOnlyList<string> actual = ApiListing.Of(Assembly.Load($"PaxosWcf.{project}"));

        string[] golden = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "PublicApi", "golden", $"{project}.txt"));
        if (!actual.SequenceEqual(golden))
        {
            string written = Path.Combine(AppContext.BaseDirectory, "PublicApi", $"{project}.txt");
            File.WriteAllLines(written, actual);
            IEnumerable<string> gone = Whole(golden).Except(Whole(actual)).Select(line => $"- {line}");
            IEnumerable<string> come = Whole(actual).Except(Whole(golden)).Select(line => $"+ {line}");
            Assert.Fail(
                $"The public face of {project} is another one than Tests/PublicApi/golden/{project}.txt has:\n{string.Join('\n', gone.Concat(come))}\n"
                + $"If that is meant, say so in CHANGELOG.md and copy {written} over it.");
        }
    }

    // Each member with the type that it is of.
    private static IEnumerable<string> Whole(IEnumerable<string> lines)
    {
        string type = "";
        foreach (string line in lines)
        {
            bool isMember = line.StartsWith(' ');
            type = isMember ? type : line;
            yield return isMember ? $"{type} {{ {line.Trim()} }}" : line;
        }
    }

    [TestMethod]
    public void Listing_OfATypeWithAllKindsOfMembers_HasWhatOthersCanSee()
    {
        string[] expected =
        [
            "abstract class PaxosWcf.Tests.PublicApi.Seen.Shape : Seen.Figure, IDisposable",
            "    abstract Task<IReadOnlyList<string?>?> FindAsync(string? key, int? limit = default, CancellationToken cancel = default)",
            "    bool Holds<T>(ref int a, out string b, in long c, params byte[] rest)",
            "    const int Sides = 4",
            "    event EventHandler Moved",
            "    int Turn { get; set; }",
            "    override string ToString()",
            "    protected Shape(string name = \"x\")",
            "    protected virtual (int, string) Pair(bool both = true)",
            "    required string[] Names { get; init; }",
            "    static readonly TimeSpan Most",
            "    string Item[int at] { get; }",
            "    void Dispose()",
        ];

        Assert.AreSequenceEqual(expected, [.. ApiListing.Of(typeof(Seen.Shape))]);
    }

    [TestMethod]
    [DataRow(typeof(Seen.Colour), "enum PaxosWcf.Tests.PublicApi.Seen.Colour : int|    Red = 1|    Blue = 2")]
    [DataRow(typeof(Seen.Point), "readonly record struct PaxosWcf.Tests.PublicApi.Seen.Point|    Point(int X)|    int X { get; init; }")]
    [DataRow(typeof(Seen.Note), "sealed record class PaxosWcf.Tests.PublicApi.Seen.Note|    Note(string Text)|    string Text { get; init; }")]
    [DataRow(typeof(Seen.Asked<>), "delegate T PaxosWcf.Tests.PublicApi.Seen.Asked<T>(T who)")]
    [DataRow(typeof(Seen.IDoor), "interface PaxosWcf.Tests.PublicApi.Seen.IDoor : IDisposable|    Task OpenAsync(string name)")]
    public void Listing_OfEachKindOfType_SaysWhatItIs(Type type, string expected)
    {
        Assert.AreEqual(expected, string.Join('|', ApiListing.Of(type)));
    }
}

using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace PaxosWcf.Tests;

/// <summary>What is written for people is whole.</summary>
[TestClass]
public sealed partial class DocumentsTests
{
    [TestMethod]
    public void Documents_HaveNoMarksOfAMerge()
    {
        foreach (string document in Documents())
        {
            Assert.IsEmpty(File.ReadLines(document).Where(IsMark).ToList(), document);
        }
    }

    /// <summary>Those to other files, and to headings in them.</summary>
    [TestMethod]
    public void Links_LeadSomewhere()
    {
        int links = 0;
        foreach (string document in Documents())
        {
            foreach (string target in Link().Matches(File.ReadAllText(document)).Select(link => link.Groups[1].Value).Where(target => !target.StartsWith("http", StringComparison.Ordinal)))
            {
                string[] parts = target.Split('#', 2);
                string file = parts[0].Length == 0 ? document : Path.Combine(Path.GetDirectoryName(document)!, parts[0]);
                Assert.IsTrue(Path.Exists(file), $"{document}: {target}");
                Assert.IsTrue(parts.Length == 1 || File.ReadLines(file).Any(line => Anchor(line) == parts[1]), $"{document}: {target} is no heading");
                links++;
            }
        }

        Assert.IsGreaterThan(50, links);
    }

    private static string[] Documents()
    {
        string[] documents = [.. Directory.GetFiles(Root(), "*.md"), .. Directory.GetFiles(Path.Combine(Root(), "docs"), "*.md")];
        Assert.IsGreaterThan(5, documents.Length);
        return documents;
    }

    // As GitHub makes it of a heading.
    private static string? Anchor(string line) => line.StartsWith('#')
        ? new string([.. line.TrimStart('#').Trim().ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is '-' or '_' or ' ')]).Replace(' ', '-')
        : null;

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    private static bool IsMark(string line) =>
        line.StartsWith("<<<<<<<", StringComparison.Ordinal) || line.StartsWith(">>>>>>>", StringComparison.Ordinal) || line == "=======";

    private static string Root([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..");
}

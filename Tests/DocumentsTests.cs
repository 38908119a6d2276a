using System.Runtime.CompilerServices;

namespace PaxosWcf.Tests;

/// <summary>What is written for people is whole.</summary>
[TestClass]
public sealed class DocumentsTests
{
    [TestMethod]
    public void Documents_HaveNoMarksOfAMerge()
    {
        string[] documents = [.. Directory.GetFiles(Root(), "*.md"), .. Directory.GetFiles(Path.Combine(Root(), "docs"), "*.md")];
        Assert.IsGreaterThan(5, documents.Length);
        foreach (string document in documents)
        {
            Assert.IsEmpty(File.ReadLines(document).Where(IsMark).ToList(), document);
        }
    }

    private static bool IsMark(string line) =>
        line.StartsWith("<<<<<<<", StringComparison.Ordinal) || line.StartsWith(">>>>>>>", StringComparison.Ordinal) || line == "=======";

    private static string Root([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..");
}

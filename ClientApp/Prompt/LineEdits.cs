using RadLine;

namespace PaxosWcf.ClientApp;

/// <summary>What keys take out of the line at the prompt.</summary>
internal static class LineEdits
{
    /// <summary>What stands before the cursor.</summary>
    public static void ClearBefore(LineBuffer line) => Clear(line, from: 0);

    /// <summary>What stands behind the cursor.</summary>
    public static void ClearBehind(LineBuffer line) => line.Clear(line.Position, line.Length - line.Position);

    /// <summary>The word before the cursor, and the blanks between.</summary>
    public static void ClearWord(LineBuffer line)
    {
        string before = line.Content[..line.Position].TrimEnd();
        Clear(line, before.LastIndexOf(' ') + 1);
    }

    private static void Clear(LineBuffer line, int from)
    {
        int count = line.Position - from;
        line.Move(from);
        line.Clear(from, count);
    }
}

namespace PaxosWcf.History;

/// <summary>Gives operations the bits that stand for them in a configuration. Only certain operations that overlap need
/// bits of their own, so there are as many as calls were ever open at once, however long the history is. An indeterminate
/// operation stays open, and keeps its bit.</summary>
internal static class BitPlaces
{
    public const int WordBits = 64;

    /// <returns>The bit of each certain operation, the first bit of each class of indeterminate ones, and how many words
    /// the former and both take. The latter begin with a word of their own.</returns>
    public static (int[] Certain, int[] FirstOfOptional, int CertainWords, int Words) Of(KeyProblem problem)
    {
        (int[] certain, int count) = Certain(problem);
        int certainWords = WordsFor(count);
        int bit = certainWords * WordBits;
        int[] firstOfOptional = new int[problem.Optional.Length];
        for (int i = 0; i < firstOfOptional.Length; i++)
        {
            firstOfOptional[i] = bit;
            bit += problem.Optional[i].Invoked.Length;
        }

        return (certain, firstOfOptional, certainWords, WordsFor(bit));
    }

    private static (int[] Bits, int Count) Certain(KeyProblem problem)
    {
        int[] certain = new int[problem.Steps.Length];
        var free = new Stack<int>();
        int count = 0;
        int ended = 0;
        for (int i = 0; i < certain.Length; i++)
        {
            for (; problem.Completed[problem.ByCompletion[ended]] < problem.Invoked[i]; ended++)
            {
                free.Push(certain[problem.ByCompletion[ended]]);
            }

            certain[i] = free.TryPop(out int bit) ? bit : count++;
        }

        return (certain, count);
    }

    private static int WordsFor(int bits) => (bits + WordBits - 1) / WordBits;
}

namespace PaxosWcf.Nemesis;

/// <summary>A sentence that one replica must log before this is disposed. Whoever looks on by what is logged is deaf once the sentence is another one, and nobody would
/// notice: so whoever has done what it tells of asks whether it was heard.</summary>
/// <param name="heard">Ends when it is logged.</param>
/// <param name="over">Done when this is disposed.</param>
internal sealed class ExpectedWord(Task heard, Action over) : IDisposable
{
    /// <summary>Whether it is heard; what is logged comes a moment after what a replica says of itself.</summary>
    public async Task<bool> IsHeardAsync(TimeSpan patience) => await Task.WhenAny(heard, Task.Delay(patience)) == heard;

    public void Dispose() => over();
}

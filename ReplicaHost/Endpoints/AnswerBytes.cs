using System.Text;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>What parts of an answer take in memory and on their way, for <see cref="Hosting.ICallContext.TakeForAnswer"/>: values as they are, texts as XML writes them, and
/// the elements around them.</summary>
internal static class AnswerBytes
{
    // Elements of one key, change or lease with its numbers.
    private const int Around = 256;

    public static long Of(string text)
    {
        long bytes = Around + Encoding.UTF8.GetByteCount(text);
        foreach (var character in text)
        {
            // As &amp; &lt; &gt; and &#xD;.
            bytes += character is '&' or '<' or '>' or '\r' ? 4 : 0;
        }

        return bytes;
    }

    public static long Of(IEnumerable<string> texts) => texts.Sum(Of);

    public static long Of(RangeRead read) => read.Keys.Sum(key => Of(key.Key) + key.Value.Value.Length);

    public static long Of(WatchReply reply) => reply.Changes.Sum(change => Of(change.Key) + (change.Value?.Length ?? 0));

    public static long Of(BackupPage page) => page.Entries.Sum(entry => Of(entry.Key) + entry.Value.Length);
}

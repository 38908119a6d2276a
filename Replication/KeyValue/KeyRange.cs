using System.Text;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>Which keys a range has: those that begin with a text, from a key on and below another one, in the order of their bytes of UTF-8.</summary>
/// <param name="Prefix">What they begin with; empty: any.</param>
/// <param name="From">The first that may be among them; empty: the very first.</param>
/// <param name="Until">The first that is beyond them; null: none is.</param>
public sealed record KeyRange(string Prefix, string From, string? Until)
{
    /// <summary>The least bytes that a key of it may have.</summary>
    internal byte[] First => Later(Encoding.UTF8.GetBytes(From), Encoding.UTF8.GetBytes(Prefix));

    /// <summary>The least bytes beyond it; null: there are none.</summary>
    internal byte[]? End
    {
        get
        {
            var (until, end) = (Until is null ? null : Encoding.UTF8.GetBytes(Until), BeyondPrefix());
            return until is null || end is null ? until ?? end : Later(until, end) == until ? end : until;
        }
    }

    private static byte[] Later(byte[] one, byte[] other) => ByteOrder.Instance.Compare(one, other) >= 0 ? one : other;

    // No byte of UTF-8 is the greatest there is.
    private byte[]? BeyondPrefix()
    {
        if (Prefix.Length == 0)
        {
            return null;
        }

        var beyond = Encoding.UTF8.GetBytes(Prefix);
        beyond[^1]++;
        return beyond;
    }
}

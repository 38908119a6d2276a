using System.Text;

namespace PaxosWcf.Nemesis;

/// <summary>Values are short names, unique in the run; some are made long on the way to the store, so that its disk has
/// work to do, and checked and cut short on the way back, so that the history stays readable.</summary>
internal static class PaddedValue
{
    private const int PaddingMax = 32 << 10;

    public static byte[] Of(string name) => Encoding.UTF8.GetBytes(name + '.' + new string('x', PaddingOf(name)));

    /// <summary>The name; or, of a value that no client ever wrote, something that no client ever writes.</summary>
    public static string NameOf(byte[] value)
    {
        string text = Encoding.UTF8.GetString(value);
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        string name = dot < 0 ? text : text[..dot];
        return value.AsSpan().SequenceEqual(Of(name)) ? name : $"damaged {name}, {value.Length} bytes";
    }

    // One in eight is long.
    private static int PaddingOf(string name)
    {
        int sum = name.Sum(c => c * 31);
        return sum % 8 == 0 ? 1 + (sum * 7919 % PaddingMax) : 0;
    }
}

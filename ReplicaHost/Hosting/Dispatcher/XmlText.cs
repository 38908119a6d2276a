using System.Xml;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>What XML 1.0 lets a text hold. WCF's reader takes character references to anything, and no other reader could
/// read such a text back.</summary>
internal static class XmlText
{
    public const string IllegalReason = "has a character that XML 1.0 does not allow.";

    // The caller's own text, given back in an answer.
    private const int NamespaceCharsMax = 200;

    /// <summary>A namespace that is not the one that it should be, in words.</summary>
    public static string Namespace(string ns) => ns.Length == 0 ? "no namespace" : ns.Length <= NamespaceCharsMax && IsLegal(ns) ? $"the namespace {ns}" : "another namespace";

    public static bool IsLegal(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i]))
            {
                continue;
            }
            if (i + 1 == text.Length || !XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
            {
                return false;
            }
            i++;
        }
        return true;
    }
}

using System.Collections.Frozen;
using System.Reflection;

namespace PaxosWcf.ClientApp;

/// <summary>The files that the page is made of; they are in this assembly, so that it works without a network.</summary>
internal static class PageFiles
{
    // As the project names them.
    private const string Prefix = "page/";

    private static readonly FrozenDictionary<string, byte[]> ByName = Read();

    /// <summary>What a file holds, and its media type; null: there is no such file.</summary>
    /// <param name="name">Such as page.css.</param>
    public static (byte[] Bytes, string Type)? Find(string name) =>
        ByName.TryGetValue(name, out byte[]? bytes) ? (bytes, TypeOf(name)) : null;

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new System.Diagnostics.UnreachableException($"a file of the page of type {other}"),
    };

    private static FrozenDictionary<string, byte[]> Read()
    {
        Assembly assembly = typeof(PageFiles).Assembly;
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name => BytesOf(assembly.GetManifestResourceStream(name)!), StringComparer.Ordinal);
    }

    private static byte[] BytesOf(Stream resource)
    {
        using Stream from = resource;
        using var bytes = new MemoryStream();
        from.CopyTo(bytes);
        return bytes.ToArray();
    }
}

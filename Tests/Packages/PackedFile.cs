using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;

namespace PaxosWcf.Tests.Packages;

/// <summary>A file of a package, and what is packed once more in it: the symbols of an assembly.</summary>
internal sealed class PackedFile
{
    // A signature and the length come before what is compressed.
    private const int SymbolsHead = 8;

    private readonly byte[] _bytes;
    private readonly byte[] _symbols;

    private PackedFile(byte[] bytes)
    {
        _bytes = bytes;
        (_symbols, SourceFiles) = IsAssembly(bytes) ? SymbolsOf(bytes) : ([], []);
    }

    /// <summary>The source files that the symbols name.</summary>
    public IReadOnlyList<string> SourceFiles { get; }

    /// <summary>Whether a file is made by this tree, and not by another package's makers.</summary>
    public static bool IsOurs(ZipArchiveEntry entry) =>
        entry.Name.StartsWith("PaxosWcf.", StringComparison.Ordinal) || Path.GetExtension(entry.Name) is ".xml" or ".json" or ".nuspec" or ".md";

    public static PackedFile Read(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        return new PackedFile(All(stream));
    }

    /// <summary>Whether it has a text, in either of the two ways in which assemblies write text.</summary>
    public bool Has(string text)
    {
        byte[] narrow = Encoding.UTF8.GetBytes(text);
        return _bytes.AsSpan().IndexOf(narrow) >= 0
            || _bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(text)) >= 0
            || _symbols.AsSpan().IndexOf(narrow) >= 0;
    }

    private static bool IsAssembly(byte[] bytes) => bytes is [(byte)'M', (byte)'Z', ..];

    private static (byte[] Symbols, IReadOnlyList<string> SourceFiles) SymbolsOf(byte[] assembly)
    {
        using var reader = new PEReader(new MemoryStream(assembly));
        DebugDirectoryEntry entry = reader.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
        using var packed = new MemoryStream(assembly, entry.DataPointer + SymbolsHead, entry.DataSize - SymbolsHead);
        using var stream = new DeflateStream(packed, CompressionMode.Decompress);
        byte[] symbols = All(stream);
        using var provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(symbols));
        MetadataReader metadata = provider.GetMetadataReader();
        return (symbols, [.. metadata.Documents.Select(handle => metadata.GetString(metadata.GetDocument(handle).Name))]);
    }

    private static byte[] All(Stream stream)
    {
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }
}

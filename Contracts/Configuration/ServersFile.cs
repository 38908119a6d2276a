using System.Text;
using System.Xml.Linq;

namespace PaxosWcf.Contracts.Configuration;

/// <summary>Reads and writes servers.xml: who is in the cluster, and where.</summary>
public static class ServersFile
{
    /// <summary>The XML namespace of the file.</summary>
    public const string Namespace = "http://schemas.paxoswcf/v1/servers";

    /// <summary>A larger file is not read.</summary>
    public const int FileBytesMax = 1 << 20;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ServersFileException">It cannot be read, or says something that cannot be: all errors at once.</exception>
    public static ServersConfiguration Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Read(ReadBytes(path), path);
    }

    /// <summary>Reads a text that is not in a file; <paramref name="name"/> stands for the file's name in errors.</summary>
    /// <exception cref="ServersFileException">The text says something that cannot be.</exception>
    public static ServersConfiguration Parse(string xml, string name = "servers.xml")
        => Read(Encoding.UTF8.GetBytes(xml), name);

    /// <summary>Writes a configuration so that <see cref="Load"/> reads it back; replaces the file if there is one.</summary>
    /// <exception cref="ServersFileException">The configuration breaks a rule of the file, or it cannot be written.</exception>
    public static void Save(string path, ServersConfiguration configuration)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(configuration);
        byte[] bytes = ServersWriter.Render(configuration);
        Read(bytes, path);
        try
        {
            // By rename: a replica that starts meanwhile reads the old file or the new one, never a half.
            string temporary = path + ".new";
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, $"the file cannot be written: {error.Message}", error);
        }
    }

    private static byte[] ReadBytes(string path)
    {
        if (Directory.Exists(path))
        {
            throw Refused(path, "this is a directory; the path of a servers.xml file is needed.");
        }

        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] buffer = new byte[FileBytesMax + 1];
            int length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length <= FileBytesMax
                ? buffer[..length]
                : throw Refused(path, $"the file is larger than {FileBytesMax} bytes; this cannot be a list of a few replicas.");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Refused(path, "there is no such file.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, $"the file cannot be read: {error.Message}", error);
        }
    }

    private static ServersConfiguration Read(byte[] bytes, string name)
    {
        if (bytes.AsSpan().IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            throw Refused(name, $"the file is empty; it must hold <servers xmlns=\"{Namespace}\"> with the replicas.");
        }

        var errors = new ErrorList();
        XElement? root = ServersSchema.Read(bytes, errors);
        ServersConfiguration? configuration = root is null ? null : ServersRules.Read(root, errors);
        errors.ThrowIfAny(name);
        return configuration!;
    }

    private static ServersFileException Refused(string file, string text, Exception? inner = null)
        => new(file, [new ServersFileError(0, 0, text)], inner);
}

namespace PaxosWcf.ClientApp;

/// <summary>Finds servers.xml when nobody names it.</summary>
internal static class ServersLocator
{
    public const string FileName = "servers.xml";

    /// <summary>The file named, or the first found in the working directory, a folder above it, or beside the program.</summary>
    public static string Find(string? named, string workingDirectory, string programDirectory)
    {
        if (named is not null)
        {
            return File.Exists(named) ? Path.GetFullPath(named) : throw new UsageException($"There is no file \"{named}\" (--servers).");
        }

        return Upward(workingDirectory).Append(programDirectory)
                .Select(folder => Path.Combine(folder, FileName))
                .FirstOrDefault(File.Exists)
            ?? throw new UsageException(
                $"No {FileName} was found here, in a folder above, or beside the program; name one with --servers FILE.");
    }

    private static IEnumerable<string> Upward(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            yield return at.FullName;
        }
    }
}

namespace PaxosWcf.Benchmarks.Servers;

/// <summary>Finds programs as a shell does.</summary>
internal static class ProgramFinder
{
    /// <summary>The program's path; null when it is not installed.</summary>
    public static string? Find(string name)
    {
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }
}

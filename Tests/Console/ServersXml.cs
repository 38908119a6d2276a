using PaxosWcf.Contracts.Configuration;
using PaxosWcf.Tests.Client;

namespace PaxosWcf.Tests.Console;

/// <summary>A servers.xml with the addresses of the fake cluster.</summary>
internal static class ServersXml
{
    private static readonly Lazy<string> File = new(Write);

    public static string Path => File.Value;

    private static string Write()
    {
        string path = System.IO.Path.Combine(Directory.CreateTempSubdirectory("paxoswcf-test-").FullName, "servers.xml");
        ServersFile.Save(path, new ServersConfiguration(
            "test", FakeCluster.Addresses.Select(r => new ReplicaAddress(r.Key, r.Value, new Uri($"http://127.0.0.1:{8200 + r.Key}")))));
        return path;
    }
}

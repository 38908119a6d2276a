using System.Text;
using PaxosWcf.Client;
using PaxosWcf.ClientApp;
using PaxosWcf.Tests.Client;
using Spectre.Console;

namespace PaxosWcf.Tests.Console;

/// <summary>The whole console against a <see cref="FakeCluster"/>, its output caught.</summary>
internal sealed class ConsoleUnderTest : IDisposable
{
    private readonly StringWriter _out = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly MemoryStream _bytes = new();

    public FakeCluster Cluster { get; } = new();

    public string Input { get; set; } = "";

    public bool OutIsTerminal { get; set; }

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    public byte[] Bytes => _bytes.ToArray();

    public AppIo Io()
    {
        return new AppIo
        {
            In = new StringReader(Input),
            Out = _out,
            Error = _error,
            OutBytes = _bytes,
            OutIsTerminal = OutIsTerminal,
            Terminal = AnsiConsole.Create(new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(_out),
            }),
        };
    }

    public StoreConnection Connect(PaxosClientOptions options)
    {
        return new StoreConnection(
            options,
            o => new PaxosKeyValueClient(o, Cluster, TimeProvider.System, new Random(1)),
            o => new ReplicaControlClient(o, Cluster, TimeProvider.System));
    }

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
        _bytes.Dispose();
    }

    /// <summary>Runs the console on a servers.xml of five replicas.</summary>
    public async Task<int> RunAsync(params string[] args)
    {
        using var interrupts = new Interrupts();
        return await new ConsoleProgram(Io(), interrupts, Connect).RunAsync([.. args, "--servers", ServersXml.Path]);
    }

    public string Text => Encoding.UTF8.GetString(Bytes) + Out;
}

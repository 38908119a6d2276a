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

    /// <summary>Standard input; null: <see cref="Input"/>.</summary>
    public TextReader? Reader { get; set; }

    /// <summary>Standard input where it is read as bytes.</summary>
    public Stream InputBytes { get; set; } = Stream.Null;

    /// <summary>Standard output; null: it is caught.</summary>
    public TextWriter? Writer { get; set; }

    /// <summary>Passes for the clients, and for what waits.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    public bool OutIsTerminal { get; set; }

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    public byte[] Bytes => _bytes.ToArray();

    public AppIo Io()
    {
        return new AppIo
        {
            In = Reader ?? new StringReader(Input),
            InBytes = InputBytes,
            Out = Writer ?? _out,
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
            o => new PaxosKeyValueClient(o, Cluster, Time, new Random(1)),
            o => new ReplicaControlClient(o, Cluster, Time));
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
        return await RunAsync(interrupts, args);
    }

    /// <summary>The same with signals.</summary>
    public Task<int> RunAsync(Interrupts interrupts, params string[] args) => new ConsoleProgram(Io(), interrupts, Connect, Time).RunAsync(
        [.. args.TakeWhile(arg => arg != "--"), "--servers", ServersXml.Path, .. args.SkipWhile(arg => arg != "--")]);

    /// <summary>Runs the console on the replica at an address.</summary>
    public async Task<int> RunByAddressAsync(params string[] args)
    {
        using var interrupts = new Interrupts();
        return await new ConsoleProgram(Io(), interrupts, Connect).RunAsync([.. args, "--host", "127.0.0.1", "--port", "8101"]);
    }

    public string Text => Encoding.UTF8.GetString(Bytes) + Out;
}

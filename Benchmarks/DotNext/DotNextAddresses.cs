using System.Buffers.Binary;
using System.Net;
using DotNext.Buffers;
using DotNext.Net.Cluster.Consensus.Raft.Membership;

namespace PaxosWcf.Benchmarks.DotNext;

/// <summary>The members of a DotNext cluster on loopback, which do not change.</summary>
internal sealed class DotNextAddresses : InMemoryClusterConfigurationStorage<EndPoint>
{
    /// <summary>Members at these ports.</summary>
    public DotNextAddresses(IEnumerable<int> ports)
    {
        Builder members = CreateInitialConfigurationBuilder();
        foreach (int port in ports)
        {
            members.Add(new IPEndPoint(IPAddress.Loopback, port));
        }

        members.Build();
    }

    protected override void Encode(EndPoint address, ref BufferWriterSlim<byte> output)
    {
        Span<byte> port = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(port, ((IPEndPoint)address).Port);
        output.Write(port);
    }

    protected override EndPoint Decode(ref SequenceReader reader) => new IPEndPoint(IPAddress.Loopback, reader.ReadLittleEndian<int>());
}

using System.Net;

namespace PaxosWcf.Contracts;

/// <summary>The bytes of a request, which tell when they begin to leave.</summary>
/// <param name="bytes">The whole message.</param>
/// <param name="departure">Told of it, and may forbid it.</param>
internal sealed class RequestContent(ReadOnlyMemory<byte> bytes, RequestDeparture? departure) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        departure?.TryLeave() == false
            ? Task.FromException(new IOException("The request was taken back before it left."))
            : stream.WriteAsync(bytes, cancellationToken).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }
}

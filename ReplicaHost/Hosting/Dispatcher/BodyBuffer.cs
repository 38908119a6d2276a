using System.Buffers;
using System.ServiceModel.Channels;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>Takes a request's body into one pooled buffer.</summary>
internal static class BodyBuffer
{
    /// <summary>Reads it all. The web server refuses more than the limit while it comes in, however it is framed, and
    /// nothing is allocated for bytes that were only announced.</summary>
    /// <exception cref="BadHttpRequestException">Too large, too slow, or badly framed; it has the status to answer.</exception>
    public static async ValueTask<ArraySegment<byte>> ReadAsync(HttpContext context, BufferManager pool)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            var length = checked((int)read.Buffer.Length);
            var buffer = pool.TakeBuffer(Math.Max(1, length));
            read.Buffer.CopyTo(buffer);
            reader.AdvanceTo(read.Buffer.End);
            return new ArraySegment<byte>(buffer, 0, length);
        }
    }
}

using System.Buffers;
using System.ServiceModel.Channels;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>Takes a request's body into one pooled buffer.</summary>
internal static class BodyBuffer
{
    // What is taken at a time: a body of eight megabytes takes room some thirty times, and not for each piece that the network brings.
    private const int StepBytes = 256 << 10;

    /// <summary>Reads it all. The web server refuses more than the limit while it comes in, however it is framed, and
    /// nothing is allocated for bytes that were only announced.</summary>
    /// <returns>The body; null where there is no room for it.</returns>
    /// <exception cref="BadHttpRequestException">Too large, too slow, or badly framed; it has the status to answer.</exception>
    public static async ValueTask<ArraySegment<byte>?> ReadAsync(HttpContext context, BufferManager pool, ByteBudget budget)
    {
        var reader = context.Request.BodyReader;
        long taken = ByteBudget.FreeBytes;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > taken)
            {
                var more = Math.Max(StepBytes, read.Buffer.Length - taken);
                if (!budget.TryTake(context, more))
                {
                    reader.AdvanceTo(read.Buffer.End);
                    return null;
                }
                taken += more;
            }
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

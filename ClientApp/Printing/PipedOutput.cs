using System.Runtime.InteropServices;

namespace PaxosWcf.ClientApp;

/// <summary>Standard output that is no terminal. It finds out when whoever read it has gone, as <c>head</c> does: .NET's own takes that for
/// success, and what goes on until it is stopped would go on for ever.</summary>
/// <param name="inner">The stream itself.</param>
internal sealed partial class PipedOutput(Stream inner) : Stream
{
    private const int StandardOutput = 1;
    private const short Error = 0x8;
    private const short HungUp = 0x10;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <exception cref="ReaderGoneException">Nobody reads it any more.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        if (!OperatingSystem.IsWindows() && ReaderIsGone())
        {
            throw new ReaderGoneException();
        }
    }

    private static bool ReaderIsGone()
    {
        var asked = new Polled { Descriptor = StandardOutput };
        return Poll(ref asked, 1, 0) > 0 && (asked.Happened & (Error | HungUp)) != 0;
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref Polled asked, nuint count, int milliseconds);

    // struct pollfd; no event is asked for: errors are told always.
    private struct Polled
    {
        public int Descriptor;
        public short Asked;
        public short Happened;
    }
}

/// <summary>Whoever read the output has gone: there is nobody to tell anything.</summary>
internal sealed class ReaderGoneException() : Exception("Nobody reads the output any more.");

/// <summary>The output cannot be written; the message is a sentence.</summary>
internal sealed class OutputException(Exception why) : Exception($"The output cannot be written: {why.Message}", why)
{
    /// <summary>Whether that is what an exception of writing says. An output that is closed is taken for one that may not be written.</summary>
    public static bool IsOf(Exception thrown) => thrown is IOException or UnauthorizedAccessException;
}

namespace PaxosWcf.History;

/// <summary>The lines of a stream as bytes: nothing is decoded, so that bytes which are no UTF-8 are refused, not replaced.</summary>
internal sealed class ByteLines(Stream stream)
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _from;
    private int _until;

    /// <summary>The next line without its end; valid until the next call. Null at the end.</summary>
    public ReadOnlyMemory<byte>? Next()
    {
        int searched = _from;
        while (true)
        {
            int end = _buffer.AsSpan(searched, _until - searched).IndexOf((byte)'\n');
            if (end >= 0)
            {
                return Take(searched + end, 1);
            }

            searched = _until - _from;
            if (!Fill())
            {
                return _until > _from ? Take(_until, 0) : (ReadOnlyMemory<byte>?)null;
            }
        }
    }

    private ReadOnlyMemory<byte> Take(int end, int lineEnd)
    {
        ReadOnlyMemory<byte> line = _buffer.AsMemory(_from, end - _from);
        _from = end + lineEnd;
        return line;
    }

    // Moves what is left to the front; a line longer than the buffer makes it grow.
    private bool Fill()
    {
        _buffer.AsSpan(_from, _until - _from).CopyTo(_buffer);
        (_from, _until) = (0, _until - _from);
        if (_until == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        int read = stream.Read(_buffer, _until, _buffer.Length - _until);
        _until += read;
        return read > 0;
    }
}

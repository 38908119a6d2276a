using System.Text;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>Reads an export line by line: however large it is, no more than a batch of it is in memory.</summary>
/// <param name="path">Its name, for what is said of it.</param>
internal sealed class ImportFile(string path)
{
    private const int BatchBytesMax = 1 << 20;

    /// <summary>Longest line, in characters: the largest value, were each of its characters an escape, and as much again.</summary>
    private const int LineCharactersMax = 12 * StoreLimits.ValueBytesMax;

    /// <summary>Reads all lines.</summary>
    /// <param name="reader">The file's text.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>How many keys there are.</returns>
    /// <exception cref="BackupFormatException">Some line is wrong, or lines are missing.</exception>
    public long Check(TextReader reader, CancellationToken cancel)
    {
        (long keys, long? named) = (0, null);
        foreach (ExportLine line in Lines(reader))
        {
            cancel.ThrowIfCancellationRequested();
            keys += line.Put is null ? 0 : 1;
            named = line.Keys is null ? named : (named ?? 0) + line.Keys;
        }

        return named is null || named == keys
            ? keys
            : throw new BackupFormatException($"The file \"{path}\" holds {Counted.Of(keys, "key")} where it says that it holds {named}: it is not complete, or was "
                + "changed. If that is meant, take \"keys\" out of its first line.");
    }

    /// <summary>The puts of all lines, as many together as go into one batch.</summary>
    /// <exception cref="BackupFormatException">Some line is wrong.</exception>
    public IEnumerable<IReadOnlyList<BatchOperation>> Batches(TextReader reader)
    {
        var batch = new List<BatchOperation>();
        long bytes = 0;
        foreach (BatchOperation put in Lines(reader).Select(line => line.Put).OfType<BatchOperation>())
        {
            long more = put.Key.Length + put.Value!.Length;
            if (batch.Count == StoreLimits.BatchOperationsMax || (batch.Count > 0 && bytes + more > BatchBytesMax))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(put);
            bytes += more;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private IEnumerable<ExportLine> Lines(TextReader reader)
    {
        var line = new StringBuilder();
        for (long number = 1; TryRead(reader, line, number); number++)
        {
            if (line.Length > 0)
            {
                yield return ExportFile.Read(number, line.ToString());
            }
        }
    }

    // Lines end with \n or \r\n, and with nothing else that a TextReader takes for their end: a \r may stand between fields.
    private bool TryRead(TextReader reader, StringBuilder line, long number)
    {
        line.Clear();
        try
        {
            int next;
            while ((next = reader.Read()) is not (-1 or '\n'))
            {
                line.Append((char)next);
                if (line.Length > LineCharactersMax)
                {
                    throw new BackupFormatException($"Line {number} is longer than {LineCharactersMax} characters.");
                }
            }

            if (next == '\n' && line.Length > 0 && line[^1] == '\r')
            {
                line.Length--;
            }

            return next == '\n' || line.Length > 0;
        }
        catch (DecoderFallbackException)
        {
            throw new BackupFormatException($"The file \"{path}\" is no UTF-8 text.");
        }
    }
}

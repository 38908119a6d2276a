using System.Buffers.Binary;
using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>One client's session: which requests it has made, and the answers that it may ask for again.</summary>
/// <remarks>
/// Answers are cut into pages of 64 sequences. Those of the newest page travel in the session's own record, so that a
/// client with few requests under way costs one record; older pages, which change seldom, have records of their own. What
/// is on disk depends on nothing but the session's state, however many changes were written at once.
/// Records, little-endian: 's' + name → format version (1 byte, now 2), acknowledged-through (8), last use (8), answers;
/// 'p' + name + 0 + page (8, big-endian) → format version (1 byte, now 1), answers. An answer: sequence (8), length (4),
/// bytes. Version 1 of a session's record had no answers; each had a record: 'a' + name + 0 + sequence (8, big-endian).
/// </remarks>
internal sealed class Session(string name)
{
    public const byte Prefix = (byte)'s';
    public const byte PagePrefix = (byte)'p';
    public const byte OldAnswerPrefix = (byte)'a';

    private const byte FormatVersion = 2;
    private const byte WithoutAnswersVersion = 1;
    private const byte PageFormatVersion = 1;
    private const int HeaderBytes = 17;
    private const int SequencesPerPage = 64;

    private readonly List<KeptAnswer> _answers = [];
    private readonly List<long> _changedPages = [];
    private readonly List<long> _pagesOnDisk = [];
    private readonly List<byte[]> _oldRecords = [];

    /// <summary>Its place in the order of last use.</summary>
    public LinkedListNode<Session>? Place { get; set; }

    public string Name => name;

    public long AcknowledgedThrough { get; private set; }

    public long LastUse { get; set; }

    /// <summary>Whether it has changed since it was written.</summary>
    public bool IsTouched { get; set; }

    public int AnswerCount => _answers.Count;

    /// <summary>What its kept answers take in memory.</summary>
    public long AnswerBytes { get; private set; }

    public long LowestSequence => _answers[0].Sequence;

    public static string NameOf(byte[] key) => Encoding.UTF8.GetString(key.AsSpan(1));

    /// <summary>The name in the key of a page or of an old answer, and the number behind it.</summary>
    public static (string Name, long Number) NameAndNumberOf(byte[] key) =>
        (Encoding.UTF8.GetString(key.AsSpan(1, key.Length - 10)), BinaryPrimitives.ReadInt64BigEndian(key.AsSpan(key.Length - 8)));

    public static Session Load(byte[] key, byte[] record)
    {
        Invariant.Holds(
            record.Length >= HeaderBytes
            && (record[0] == FormatVersion || (record[0] == WithoutAnswersVersion && record.Length == HeaderBytes)),
            "a session's record is readable");
        var session = new Session(NameOf(key))
        {
            AcknowledgedThrough = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(1)),
            LastUse = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(9)),
            IsTouched = record[0] == WithoutAnswersVersion,
        };
        session.LoadAnswers(record.AsSpan(HeaderBytes));
        return session;
    }

    public void LoadPage(long page, byte[] record)
    {
        Invariant.Holds(record.Length > 0 && record[0] == PageFormatVersion, "a page of answers is readable");
        LoadAnswers(record.AsSpan(1));
        _pagesOnDisk.Add(page);
    }

    /// <summary>Takes in an answer of the old layout; it moves to where it belongs with the next write set.</summary>
    public void LoadOldAnswer(byte[] key, long sequence, byte[] record)
    {
        Insert(new KeptAnswer(sequence, record));
        _oldRecords.Add(key);
    }

    public CommandAnswer? AnswerTo(long sequence) => Find(sequence) is var at and >= 0 ? _answers[at].Answer : null;

    public void Keep(long sequence, CommandAnswer answer) => Insert(new KeptAnswer(sequence, answer.Encode()));

    /// <summary>Forgets the answers through a sequence.</summary>
    public void Acknowledge(long through)
    {
        if (through <= AcknowledgedThrough)
        {
            return;
        }

        AcknowledgedThrough = through;
        var count = 0;
        while (count < _answers.Count && _answers[count].Sequence <= through)
        {
            NoteChanged(PageOf(_answers[count].Sequence));
            AnswerBytes -= _answers[count].MemoryBytes;
            count++;
        }

        _answers.RemoveRange(0, count);
    }

    /// <summary>Adds its records to a write set, as far as they changed.</summary>
    public void Write(WriteSet writes)
    {
        var newest = NewestPage;
        writes.Put(StoreFamily.Sessions, [Prefix, .. Encoding.UTF8.GetBytes(name)], Encode(newest));
        foreach (var page in _changedPages)
        {
            if (page < newest && HasAnswers(page))
            {
                writes.Put(StoreFamily.Sessions, PageKey(page), EncodePage(page));
                if (!_pagesOnDisk.Contains(page))
                {
                    _pagesOnDisk.Add(page);
                }
            }
            else if (_pagesOnDisk.Remove(page))
            {
                writes.Delete(StoreFamily.Sessions, PageKey(page));
            }
        }

        _changedPages.Clear();
        DeleteOldRecords(writes);
    }

    /// <summary>Adds the removal of all its records to a write set.</summary>
    public void Delete(WriteSet writes)
    {
        writes.Delete(StoreFamily.Sessions, [Prefix, .. Encoding.UTF8.GetBytes(name)]);
        foreach (var page in _pagesOnDisk)
        {
            writes.Delete(StoreFamily.Sessions, PageKey(page));
        }

        DeleteOldRecords(writes);
    }

    private static long PageOf(long sequence) => sequence / SequencesPerPage;

    private long NewestPage => _answers.Count == 0 ? 0 : PageOf(_answers[^1].Sequence);

    private void Insert(KeptAnswer answer)
    {
        var newest = NewestPage;
        var page = PageOf(answer.Sequence);
        NoteChanged(page);
        if (page > newest)
        {
            NoteChanged(newest);
        }

        Hold(answer);
    }

    private void Hold(KeptAnswer answer)
    {
        _answers.Insert(~Find(answer.Sequence), answer);
        AnswerBytes += answer.MemoryBytes;
    }

    private void NoteChanged(long page)
    {
        if (!_changedPages.Contains(page))
        {
            _changedPages.Add(page);
        }
    }

    private bool HasAnswers(long page) => _answers.Exists(answer => PageOf(answer.Sequence) == page);

    private int Find(long sequence)
    {
        // Nearly always one behind the last, or the last.
        var (low, high) = (0, _answers.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_answers[middle].Sequence == sequence)
            {
                return middle;
            }

            (low, high) = _answers[middle].Sequence < sequence ? (middle + 1, high) : (low, middle);
        }

        return ~low;
    }

    private byte[] Encode(long newestPage)
    {
        var record = EncodeAnswers(HeaderBytes, newestPage);
        record[0] = FormatVersion;
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(1), AcknowledgedThrough);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(9), LastUse);
        return record;
    }

    private byte[] EncodePage(long page)
    {
        var record = EncodeAnswers(headerBytes: 1, page);
        record[0] = PageFormatVersion;
        return record;
    }

    private byte[] EncodeAnswers(int headerBytes, long page)
    {
        var length = headerBytes;
        foreach (var answer in _answers)
        {
            length += PageOf(answer.Sequence) == page ? answer.RecordBytes : 0;
        }

        var record = new byte[length];
        var rest = record.AsSpan(headerBytes);
        foreach (var answer in _answers)
        {
            if (PageOf(answer.Sequence) == page)
            {
                answer.WriteTo(rest);
                rest = rest[answer.RecordBytes..];
            }
        }

        return record;
    }

    private void LoadAnswers(ReadOnlySpan<byte> rest)
    {
        while (!rest.IsEmpty)
        {
            var answer = KeptAnswer.Read(rest);
            Hold(answer);
            rest = rest[answer.RecordBytes..];
        }
    }

    private void DeleteOldRecords(WriteSet writes)
    {
        foreach (var key in _oldRecords)
        {
            writes.Delete(StoreFamily.Sessions, key);
        }

        _oldRecords.Clear();
    }

    private byte[] PageKey(long page)
    {
        byte[] key = [PagePrefix, .. Encoding.UTF8.GetBytes(name), 0, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(key.Length - 8), page);
        return key;
    }
}

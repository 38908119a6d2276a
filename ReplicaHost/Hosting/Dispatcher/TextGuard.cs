namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>One pass over the bytes of a text message before any parser sees it. The reader's quotas bound depth, names and
/// lengths, but not how many attributes an element has or how many elements there are, and it keeps each of them.</summary>
internal static class TextGuard
{
    /// <summary>Most attributes of one element, namespace declarations included.</summary>
    public const int AttributesMax = 64;

    /// <summary>Most elements of one message: a largest transaction, which has four for each operation of both branches and five for each comparison,
    /// and what is around it. (A largest step of a restore has six for each key, and fewer in all.)</summary>
    public const int ElementsMax =
        (4 * 2 * Contracts.StoreLimits.TransactOperationsMax) + (5 * Contracts.StoreLimits.ComparisonsMax) + 64;

    /// <summary>Most namespace declarations that hold at one place of a message: a reader looks a prefix up among all of them, for each name that has one.</summary>
    public const int DeclarationsMax = 128;

    /// <summary>Deepest nesting. (The reader's own quota is lower.)</summary>
    public const int DepthMax = 64;

    /// <exception cref="InvalidRequestException">The message has what no SOAP message may have, or too much of it.</exception>
    public static void Check(ReadOnlySpan<byte> body)
    {
        RefuseOtherEncodings(body);
        var elements = 0;
        var declared = 0;
        var depth = 0;
        Span<int> declaredAt = stackalloc int[DepthMax];
        while (body.IndexOf((byte)'<') is >= 0 and var start)
        {
            body = body[(start + 1)..];
            if (body.StartsWith("!--"u8))
            {
                // Not from the mark itself: "!-->" would end what has only begun, and hide all that a reader finds behind it.
                body = After(body[3..], "-->"u8);
            }
            else if (body.StartsWith("![CDATA["u8))
            {
                body = After(body, "]]>"u8);
            }
            else if (body.StartsWith("!"u8))
            {
                throw new InvalidRequestException("envelope", "has a document type, which SOAP forbids.");
            }
            else if (body.StartsWith("?"u8))
            {
                // The declaration of a version and an encoding: a reader takes any attributes there, and keeps them.
                body = AfterStartTag(body, out _, out _);
            }
            else if (body.StartsWith("/"u8))
            {
                // One that closes nothing is the reader's to refuse.
                declared -= depth > 0 ? declaredAt[--depth] : 0;
                body = After(body, ">"u8);
            }
            else if (++elements > ElementsMax)
            {
                throw new InvalidRequestException("envelope", $"has more than {ElementsMax} elements.");
            }
            else
            {
                body = AfterStartTag(body, out var here, out var isEmpty);
                if (declared + here > DeclarationsMax)
                {
                    throw new InvalidRequestException("envelope", $"has a place with more than {DeclarationsMax} namespace declarations.");
                }
                if (!isEmpty)
                {
                    if (depth == DepthMax)
                    {
                        throw new InvalidRequestException("envelope", $"is nested more than {DepthMax} deep.");
                    }
                    declaredAt[depth++] = here;
                    declared += here;
                }
            }
        }
    }

    // A UTF-16 text hides every '<' from the pass above, and its reader would take it by its byte order mark.
    private static void RefuseOtherEncodings(ReadOnlySpan<byte> body)
    {
        var head = body[..Math.Min(4, body.Length)];
        if (head.IndexOf((byte)0) >= 0 || head.StartsWith<byte>([0xFE, 0xFF]) || head.StartsWith<byte>([0xFF, 0xFE]))
        {
            throw new InvalidRequestException("envelope", "is not UTF-8.");
        }
    }

    private static ReadOnlySpan<byte> AfterStartTag(ReadOnlySpan<byte> tag, out int declarations, out bool isEmpty)
    {
        var attributes = 0;
        (declarations, isEmpty) = (0, false);
        while (tag.IndexOfAny((byte)'>', (byte)'"', (byte)'\'') is >= 0 and var at)
        {
            var found = tag[at];
            var before = tag[..at];
            tag = tag[(at + 1)..];
            if (found == '>')
            {
                isEmpty = before.EndsWith("/"u8);
                return tag;
            }
            declarations += before.IndexOf("xmlns"u8) >= 0 ? 1 : 0;
            if (++attributes > AttributesMax)
            {
                throw new InvalidRequestException("envelope", $"has an element with more than {AttributesMax} attributes.");
            }
            var close = tag.IndexOf(found);
            if (close < 0)
            {
                break;
            }
            tag = tag[(close + 1)..];
        }
        // the tag never ends: nothing more to count, and the reader will say so
        return [];
    }

    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> body, ReadOnlySpan<byte> mark) =>
        body.IndexOf(mark) is >= 0 and var at ? body[(at + mark.Length)..] : [];
}

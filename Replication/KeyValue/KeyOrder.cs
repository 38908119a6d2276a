namespace PaxosWcf.Replication.KeyValue;

/// <summary>Sorts keys by their characters, as <see cref="string.CompareOrdinal(string, string)"/> does.</summary>
/// <remarks>Keys written together often begin alike. So numbers are compared, made of the characters behind what all have in common; and
/// texts only where these are the same too.</remarks>
internal static class KeyOrder
{
    private const int CharactersOfPlace = sizeof(ulong) / sizeof(char);

    /// <summary>Sorts in place. No key may be there twice.</summary>
    public static void Sort<T>(KeyValuePair<string, T>[] keyed)
    {
        if (keyed.Length < 2)
        {
            return;
        }

        var from = CommonCharacters(keyed);
        var places = new ulong[keyed.Length];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = PlaceOf(keyed[i].Key, from);
        }

        Array.Sort(places, keyed);
        for (var begin = 0; begin < places.Length;)
        {
            var end = begin + 1;
            while (end < places.Length && places[end] == places[begin])
            {
                end++;
            }

            if (end - begin > 1)
            {
                keyed.AsSpan(begin, end - begin).Sort(static (one, other) => string.CompareOrdinal(one.Key, other.Key));
            }

            begin = end;
        }
    }

    private static int CommonCharacters<T>(KeyValuePair<string, T>[] keyed)
    {
        var first = keyed[0].Key.AsSpan();
        foreach (var (key, _) in keyed)
        {
            first = first[..first.CommonPrefixLength(key)];
        }

        return first.Length;
    }

    // What a short key lacks counts as the least character; whether it is one is for the texts to say.
    private static ulong PlaceOf(string key, int from)
    {
        ulong place = 0;
        for (var i = from; i < from + CharactersOfPlace; i++)
        {
            place = (place << 16) | (i < key.Length ? key[i] : 0UL);
        }

        return place;
    }
}

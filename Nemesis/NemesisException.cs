namespace PaxosWcf.Nemesis;

/// <summary>The nemesis itself could not do what it meant to; says nothing about the store. The message is a sentence.</summary>
internal sealed class NemesisException(string message) : Exception(message);

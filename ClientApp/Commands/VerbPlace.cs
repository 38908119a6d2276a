namespace PaxosWcf.ClientApp;

/// <summary>Where a verb was given.</summary>
internal enum VerbPlace
{
    /// <summary>On the command line: standard input is the verb's own, and nothing else draws on the terminal.</summary>
    CommandLine,

    /// <summary>At the prompt, which reads its lines from standard input.</summary>
    Prompt,

    /// <summary>In a script, which may come from standard input and draws a bar of its own.</summary>
    Script,
}

namespace PaxosWcf.Replication.Storage;

/// <summary>What keeps a store from its disk without its files being damaged: whoever took it for damage would give up a directory that starts again once there is room.</summary>
/// <remarks>It is told by what the system says, in English: that is all that RocksDB's C interface hands on, and .NET says it in the same words. A sentence that is not
/// known here is treated as it was before, as damage.</remarks>
/// <param name="Sentence">What it is, and what to do.</param>
/// <param name="IsHarmless">Whether it leaves what is on the disk as it is, also when it comes in the midst of a write; not so where the disk itself fails.</param>
/// <param name="IsOfTheDisk">Whether it is the disk's or the machine's, and not a mistake of whoever set the directory up.</param>
/// <param name="Says">How the system words it: glibc, musl, Windows.</param>
internal sealed record DiskTrouble(string Sentence, bool IsHarmless, bool IsOfTheDisk, params string[] Says)
{
    private static readonly DiskTrouble[] Known =
    [
        new("its disk has no room left; nothing is damaged: make room and start again",
            IsHarmless: true, IsOfTheDisk: true, "No space left on device", "not enough space on the disk"),
        new("the quota of its user on the disk is used up; nothing is damaged: raise it, or make room, and start again",
            IsHarmless: true, IsOfTheDisk: true, "quota exceeded"),
        new("the process may open no more files; nothing is damaged: raise its limit (ulimit -n, systemd's LimitNOFILE) and start again",
            IsHarmless: true, IsOfTheDisk: true, "Too many open files", "No file descriptors available"),
        new("its file system takes no writes; that is no damage of the store: mount it for writing and start again. Where the kernel has stopped writing to it, its log says why",
            IsHarmless: false, IsOfTheDisk: true, "Read-only file system", "The media is write protected"),
        new("its disk does not read or write as it should; that is no damage of the store yet: look at the disk and at the kernel's log, and start again once it is sound. A disk that "
            + "stays so is lost: see \"Lost disk\" in docs/operating.md",
            IsHarmless: false, IsOfTheDisk: true, "Input/output error", "I/O error", "I/O device error"),
        new("this user may not read or write all of it; nothing is damaged: mend its owner and permissions, and start again",
            IsHarmless: true, IsOfTheDisk: false, "Permission denied", "Operation not permitted", "is denied"),
    ];

    /// <summary>What an error of the system, or of RocksDB, tells of; null: none of these.</summary>
    public static DiskTrouble? Of(Exception error) =>
        Array.Find(Known, trouble => trouble.Says.Any(says => error.Message.Contains(says, StringComparison.OrdinalIgnoreCase)));
}

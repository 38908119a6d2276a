namespace PaxosWcf.ClientApp;

/// <summary>A backup from a running cluster to a file, and back through it.</summary>
internal static class BackupFile
{
    /// <summary>Writes a backup; the file appears under its name only when it is whole.</summary>
    /// <param name="path">Where it goes; must not be there yet.</param>
    /// <param name="connection">The cluster.</param>
    /// <param name="stale">Whether what one replica has is enough.</param>
    /// <param name="moved">Told how many of how many keys were read.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<BackupHeader> WriteAsync(
        string path, StoreConnection connection, bool stale, Action<int, int> moved, CancellationToken cancel)
    {
        BackupHeader? header = null;
        await WholeFile.WriteAsync(path, overwrite: false, async stream =>
        {
            BackupFileWriter? writer = null;
            try
            {
                header = await new BackupRun(connection, TimeProvider.System, stale).ReadAsync(
                    begun =>
                    {
                        writer = new BackupFileWriter(stream, begun);
                        return writer.Add;
                    },
                    moved,
                    isOfRestore: false,
                    cancel);
                writer!.Complete();
            }
            finally
            {
                writer?.Dispose();
            }
        });
        return header!;
    }
}

using System.CommandLine;
using System.Text.Json.Nodes;
using PaxosWcf.CommandLine;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary><c>backup</c>, <c>verify-backup</c>, <c>restore</c>, <c>export</c> and <c>import</c>.</summary>
internal static class BackupPrograms
{
    public static IEnumerable<Command> Commands(ProgramActions actions) =>
        [Backup(actions), Verify(actions), Restore(actions), Export(actions), Import(actions)];

    /// <summary>Highest <c>--bump</c>: far beyond what any store writes, and far from the end of the numbers.</summary>
    private const long BumpMax = 1L << 40;

    /// <summary>More than a store writes between a backup and its loss: where revisions began again at the backup's, a lock's fencing number and a revision that somebody compares with could
    /// come a second time.</summary>
    private const long BumpDefault = 1_000_000;

    private static Argument<string> File(string help) => new("FILE") { Description = help };

    private static Command Backup(ProgramActions actions)
    {
        Argument<string> file = File("where it goes; must not be there yet");
        var stale = new Option<bool>("--stale")
        {
            Description = "without a majority: what the replica has that got furthest; acknowledged writes may be missing",
        };
        var command = new Command("backup", "write all keys, as of one moment, to a file with checksums") { file, stale };
        actions.SetStoreAction(command, async (parsed, session, connection, cancel) =>
        {
            BackupHeader header = await Progress.WithBarAsync(
                session, "keys", moved => BackupFile.WriteAsync(parsed.GetRequiredValue(file), connection, parsed.GetValue(stale), moved, cancel));
            JsonObject json = header.Json("backup");
            json["stale"] = parsed.GetValue(stale);
            string lacks = parsed.GetValue(stale) ? $"; what was acknowledged after slot {header.AppliedThrough} is not in it" : "";
            return Say(session, json, $"backed up {header.Sentence}{lacks}");
        });
        return command;
    }

    private static Command Verify(ProgramActions actions)
    {
        Argument<string> file = File("the backup");
        var command = new Command("verify-backup", "read a backup through and hold it against its checksums") { file };
        actions.SetAction(command, async (parsed, session, cancel) =>
        {
            BackupHeader header = await CheckAsync(session, parsed.GetRequiredValue(file), cancel);
            return Say(session, header.Json("verify-backup"), $"whole: {header.Sentence}");
        });
        return command;
    }

    private static Command Restore(ProgramActions actions)
    {
        Argument<string> file = File("the backup");
        var force = new Option<bool>("--force") { Description = "delete what the cluster holds, or take over from a restore that was interrupted" };
        var bump = new Option<long>("--bump")
        {
            HelpName = "N",
            Description = "begin with a revision so much above the backup's, so that no revision and no fencing number of what is lost comes again",
            DefaultValueFactory = _ => BumpDefault,
        };
        OptionRules.RequireNumber(bump, number => number is >= 0 and <= BumpMax, $"--bump is 0 to {BumpMax}.");
        var command = new Command("restore", "bring a backup into a new cluster") { file, force, bump };
        actions.SetStoreAction(command, async (parsed, session, connection, cancel) =>
        {
            string path = parsed.GetRequiredValue(file);

            // Nothing is touched before the whole file is known to be good.
            BackupHeader header = await CheckAsync(session, path, cancel);
            RestoreReport report = await Progress.WithBarAsync(
                session, "keys", moved => new RestoreRun(connection, session.Time).RunAsync(
                    header, () => Entries(path), parsed.GetValue(bump), parsed.GetValue(force), moved, cancel));
            return Conclude(session, header, report);
        });
        return command;
    }

    private static IEnumerable<BackupEntry> Entries(string path)
    {
        using FileStream stream = WholeFile.Read(path);
        using var backup = new BackupFileReader(stream);
        foreach (BackupEntry entry in backup.Blocks().SelectMany(block => block))
        {
            yield return entry;
        }
    }

    private static int Conclude(Session session, BackupHeader header, RestoreReport report)
    {
        JsonObject json = header.Json("restore");
        json["ok"] = report.Outcome == RestoreOutcome.Done;
        json["outcome"] = report.Outcome.ToString();
        json["storeKeys"] = report.Keys;
        json["storeRevision"] = report.Revision;
        if (report.Outcome == RestoreOutcome.Done)
        {
            return Say(session, json, $"restored {header.Sentence}; the store is at revision {report.Revision}");
        }

        string difference = $"The backup has {Counted.Of(header.Keys, "key")} at revision {header.Revision}, the store {Counted.Of(report.Keys, "key")} at revision {report.Revision}.";
        string sentence = report.Outcome switch
        {
            RestoreOutcome.NotEmpty => $"The cluster is not new. {difference} With --force its keys are deleted first.",
            RestoreOutcome.AnotherUnderWay => $"Another restore is under way, or was interrupted. {difference} If nobody is at it, take over with --force.",
            RestoreOutcome.NotUnderWay => $"Another restore was begun since, and took this one's place. {difference} Look at the status, and repeat this one if it is still meant.",
            _ => $"The restore is not complete ({report.Outcome}). {difference} Repeat it with --force.",
        };
        Failures.Add(json, $"{report.Outcome}", sentence);
        session.Printer.PrintLine(new VerbResult(ExitCodes.NotFoundOrFailed, json, sentence) { IsFailure = true });
        return ExitCodes.NotFoundOrFailed;
    }

    private static Command Export(ProgramActions actions)
    {
        Argument<string> file = File("where the lines go; must not be there yet");
        var command = new Command("export", "write all keys, as of one moment, as JSON lines") { file };
        actions.SetStoreAction(command, async (parsed, session, connection, cancel) =>
        {
            BackupHeader? header = null;
            await WholeFile.WriteAsync(parsed.GetRequiredValue(file), overwrite: false, async stream =>
            {
                await using var writer = new StreamWriter(stream, BackupFormat.Text, leaveOpen: true);
                header = await Progress.WithBarAsync(session, "keys", moved => new BackupRun(connection, TimeProvider.System).ReadAsync(
                    begun =>
                    {
                        writer.Write(ExportFile.Line(begun) + "\n");
                        return page => writer.Write(string.Concat(page.Select(entry => ExportFile.Line(entry) + "\n")));
                    },
                    moved,
                    isOfRestore: false,
                    cancel));
            });
            return Say(session, header!.Json("export"), $"exported {header.Sentence}");
        });
        return command;
    }

    private static Command Import(ProgramActions actions)
    {
        Argument<string> file = File("JSON lines, as export writes them");
        var command = new Command("import", "put the keys of an export, as new writes") { file };
        actions.SetStoreAction(command, async (parsed, session, connection, cancel) =>
        {
            string path = parsed.GetRequiredValue(file);
            await using FileStream stream = WholeFile.Read(path);
            if (!stream.CanSeek)
            {
                throw new UsageException($"\"{path}\" can be read only once, and an import reads its file twice; write it to a file first.");
            }

            // All lines are read before the first is written: a wrong one must not leave a half of the file in the store.
            var import = new ImportFile(path);
            long keys = await Task.Run(() => import.Check(TextOf(stream), cancel), cancel);
            stream.Position = 0;
            long? revision = await Progress.WithBarAsync(
                session, "keys", moved => ImportAsync(connection, import.Batches(TextOf(stream)), keys, moved, cancel));
            var json = new JsonObject { ["verb"] = "import", ["ok"] = true, ["keys"] = keys, ["revision"] = revision };
            return Say(session, json, $"imported {Counted.Of(keys, "key")}{(revision is null ? "" : $", now at revision {revision}")}");
        });
        return command;
    }

    private static StreamReader TextOf(FileStream stream) => new(stream, BackupFormat.Text, leaveOpen: true);

    // The revision of the last batch; null: there was none.
    private static async Task<long?> ImportAsync(
        StoreConnection connection, IEnumerable<IReadOnlyList<BatchOperation>> batches, long keys, Action<int, int> moved, CancellationToken cancel)
    {
        (long? revision, long done) = (null, 0);
        foreach (IReadOnlyList<BatchOperation> batch in batches)
        {
            revision = (await connection.Store.BatchAsync(batch, cancel)).Reply.Revision;
            done += batch.Count;
            moved((int)Math.Min(int.MaxValue, done), (int)Math.Min(int.MaxValue, Math.Max(1, keys)));
        }

        return revision;
    }

    private static async Task<BackupHeader> CheckAsync(Session session, string path, CancellationToken cancel)
    {
        await using FileStream stream = WholeFile.Read(path);
        using var backup = new BackupFileReader(stream);
        return await Progress.WithBarAsync(session, "checking", moved => Task.Run(() =>
        {
            int of = (int)Math.Min(int.MaxValue, Math.Max(1, backup.Header.Keys));
            int done = 0;
            foreach (IReadOnlyList<BackupEntry> block in backup.Blocks())
            {
                cancel.ThrowIfCancellationRequested();
                done = (int)Math.Min(of, (long)done + block.Count);
                moved(done, of);
            }

            return backup.Header;
        }, cancel));
    }

    private static int Say(Session session, JsonObject json, string sentence)
    {
        session.Printer.PrintLine(new VerbResult(ExitCodes.Ok, json, sentence));
        return ExitCodes.Ok;
    }
}

using PaxosWcf.Nemesis;

return await NemesisCommand.RunAsync(args);

using PaxosWcf.ClientApp;

using var interrupts = Interrupts.FromSignals();
return await new ConsoleProgram(AppIo.Standard(), interrupts).RunAsync(args);

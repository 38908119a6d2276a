using PaxosWcf.Simulator;

return await new SimulatorCommand(SimulatorIo.Standard()).RunAsync(args);

using IoPkt.Simulator;

return await SimulatorCommand.Create().Parse(args).InvokeAsync();

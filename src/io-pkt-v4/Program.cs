using IoPkt.Daemon.Hosting;

return await DaemonProgram.RunAsync(new Variant("io-pkt-v4", []), args);

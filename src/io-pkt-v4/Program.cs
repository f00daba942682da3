using IoPkt.Daemon.Hosting;
using IoPkt.Daemon.Management;

return await DaemonProgram.RunAsync(new Variant("io-pkt-v4", [
    new Capability("management", services => services.AddManagement()),
]), args);

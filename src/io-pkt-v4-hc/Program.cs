using IoPkt.Daemon.Hosting;
using IoPkt.Daemon.Management;
using IoPkt.Daemon.Sockets;

return await DaemonProgram.RunAsync(new Variant("io-pkt-v4-hc", [
    new Capability("management", services => services.AddManagement()),
    new Capability("sockets", services => services.AddSockets()),
]), args);

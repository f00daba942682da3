using IoPkt.Benchmarks;
using IoPkt.Benchmarks.Embedded;
using IoPkt.Daemon.Hosting;
using IoPkt.Daemon.Management;
using IoPkt.Daemon.Sockets;

// The contestant "embedded" is this program itself, started once more as a daemon that has the services of the benchmark inside.
if (args is not ["embedded", .. string[] daemonArguments])
    return await new BenchmarkCommand().RunAsync(args);
return await DaemonProgram.RunAsync(new Variant("io-pkt-bench", [
    new Capability("management", services => services.AddManagement()),
    new Capability("sockets", services => services.AddSockets()),
    new Capability("services", EmbeddedServices.Register),
]), daemonArguments);

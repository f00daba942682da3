[assembly: IoPkt.DriverModule(typeof(IoPkt.Drivers.PacketSocket.PacketDriver))]

namespace IoPkt.Drivers.PacketSocket;

/// <summary>
/// An interface of the host (a veth, or a network card) as one of the stack's, by Linux's packet sockets (packet(7)): the wire is shared with the host, the
/// addresses aren't.
/// </summary>
public sealed class PacketDriver : IDriver
{
    public IReadOnlyList<ModuleOption> Options => PacketOptions.Known;

    public IReadOnlyList<IDevice> Attach(DriverContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return [PacketDevice.Open(new PacketOptions(context), context)];
    }
}

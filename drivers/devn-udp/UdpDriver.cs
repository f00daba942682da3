using IoPkt.Legacy;

[assembly: LegacyDriverModule(typeof(IoPkt.Drivers.Udp.UdpDriver))]

namespace IoPkt.Drivers.Udp;

/// <summary>
/// Ethernet over UDP: each datagram of a socket of the host is one frame. It links two stacks, on one machine or on two, and a stack with a virtual machine
/// (QEMU's <c>-netdev dgram</c>). It's a driver in io-net's manner, with a thread of its own.
/// </summary>
public sealed class UdpDriver : ILegacyDriver
{
    private UdpInterface? _interface;

    public IReadOnlyList<ModuleOption> Options => UdpOptions.Known;

    public void Initialize(LegacyDriverContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _interface = new UdpInterface(new UdpOptions(context.Options, context.Random), context.IoNet);
    }

    public void Dispose() => _interface?.Dispose();
}

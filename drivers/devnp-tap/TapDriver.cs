[assembly: IoPkt.DriverModule(typeof(IoPkt.Drivers.Tap.TapDriver), CanCreate = true)]

namespace IoPkt.Drivers.Tap;

/// <summary>
/// An Ethernet device made of software: what the stack sends, the host receives on a network interface of its own, and the other way round (Linux's tun driver in TAP mode).
/// </summary>
public sealed class TapDriver : IDriver
{
    public IReadOnlyList<ModuleOption> Options => TapOptions.Known;

    public IReadOnlyList<IDevice> Attach(DriverContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return [TapDevice.Open(new TapOptions(context), context)];
    }
}

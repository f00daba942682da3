using IoPkt.Legacy;

[assembly: IoPkt.DriverModule(typeof(IoPkt.Drivers.Shim.Shim))]

namespace IoPkt.Drivers.Shim;

/// <summary>Lets the stack use drivers written for io-net (<c>devn-*</c>): for them it's io-net, and for the stack it's a driver.</summary>
public sealed class Shim : ILegacyDriverAdapter
{
    public IDriver Adapt(ILegacyDriver legacy) => new ShimDriver(legacy);
}

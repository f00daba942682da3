using IoPkt.Legacy;

namespace IoPkt.Drivers.Shim;

/// <summary>A legacy driver, as the stack sees it.</summary>
internal sealed class ShimDriver(ILegacyDriver legacy) : IDriver
{
    public IReadOnlyList<ModuleOption> Options => legacy.Options;

    public IReadOnlyList<IDevice> Attach(DriverContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ShimIoNet ioNet = new(context.Pool, legacy);
        try
        {
            legacy.Initialize(new LegacyDriverContext { Options = context.Options, IoNet = ioNet, Logger = context.Logger, Random = context.Random });
        }
        catch
        {
            ioNet.Abandon();
            throw;
        }
        return ioNet.Complete();
    }
}

[assembly: IoPkt.DriverModule(typeof(IoPkt.Samples.Rum.RumDriver))]

namespace IoPkt.Samples.Rum;

/// <summary>
/// A driver of USB devices: <c>-drum did=0x0020,vid=0x13b1,devno=1,busno=1</c> names one by the numbers that <c>usb -v</c> lists. The stack finds it on the host and hands it over;
/// without such a device the driver isn't started, and the message says which devices there are.
/// </summary>
/// <remarks>The host's kernel drives the radio itself, so frames go to a <see cref="LoopbackPlug"/>; what this sample shows is how a USB driver gets its devices.</remarks>
public sealed class RumDriver : IUsbDriver
{
    /// <summary>Vendor and product of wireless adapters with Ralink's RT2501 chip.</summary>
    private static readonly (int Vendor, int Product)[] s_known = [(0x13b1, 0x0020), (0x13b1, 0x0023), (0x148f, 0x2573), (0x148f, 0x2671), (0x0b05, 0x1723), (0x07d1, 0x3c03)];

    public IReadOnlyList<ModuleOption> Options => [];

    public bool Supports(UsbDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return s_known.Contains((device.Vendor, device.Product));
    }

    public IReadOnlyList<IDevice> Attach(DriverContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return [.. context.UsbDevices.Select(device => new LoopbackPlug("rum", MacAddress.CreateLocal(context.Random), $"RT2501, {device}"))];
    }
}

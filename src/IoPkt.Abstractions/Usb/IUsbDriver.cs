namespace IoPkt;

/// <summary>
/// A driver of USB devices. The stack takes the options <c>vid=</c>, <c>did=</c>, <c>busno=</c> and <c>devno=</c> for it, looks for such devices on the host, and hands over those that the driver
/// knows in <see cref="DriverContext.UsbDevices"/>.
/// </summary>
public interface IUsbDriver : IDriver
{
    /// <summary>Whether it's a device that this driver can drive.</summary>
    bool Supports(UsbDevice device);
}

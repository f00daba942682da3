using System.Globalization;

namespace IoPkt;

/// <summary>A USB device of the host, as <c>usb -v</c> lists it.</summary>
/// <param name="Bus">The host controller's number: <c>busno=</c>.</param>
/// <param name="Device">The device's address on its bus: <c>devno=</c>.</param>
/// <param name="Vendor">The vendor's number, <c>vid=</c>.</param>
/// <param name="Product">The product's number, <c>did=</c>.</param>
/// <param name="Manufacturer">As the device says; perhaps empty.</param>
/// <param name="ProductName">As the device says; perhaps empty.</param>
/// <param name="Path">Where the host tells more of it: <c>/sys/bus/usb/devices/1-2</c>.</param>
public sealed record UsbDevice(int Bus, int Device, int Vendor, int Product, string Manufacturer, string ProductName, string Path)
{
    /// <summary>One line, with the numbers as the options have them.</summary>
    public override string ToString()
    {
        string name = $"{Manufacturer} {ProductName}".Trim();
        return string.Create(CultureInfo.InvariantCulture, $"busno={Bus},devno={Device},vid=0x{Vendor:x4},did=0x{Product:x4}{(name.Length > 0 ? $" ({name})" : "")}");
    }
}

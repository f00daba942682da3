using System.Globalization;

namespace IoPkt.Daemon.Usb;

/// <summary>Which USB device a user means: <c>vid=</c>, <c>did=</c>, <c>busno=</c>, <c>devno=</c>. What is <c>null</c> may be anything.</summary>
internal sealed record UsbSelector(int? Vendor, int? Product, int? Bus, int? Device)
{
    public static readonly IReadOnlyList<ModuleOption> Options =
    [
        new("vid", "ID", "the USB device's vendor: 0x13b1"),
        new("did", "ID", "the USB device's product: 0x0020"),
        new("busno", "N", "the USB device's host controller"),
        new("devno", "N", "the USB device's address on it"),
    ];

    private const int MaximumId = 0xffff;

    /// <summary>USB gives addresses of 7 bits.</summary>
    private const int MaximumAddress = 127;

    private const int MaximumBus = 999;

    /// <exception cref="ModuleException">A value isn't usable.</exception>
    public static UsbSelector Read(ModuleOptions options) => new(
        (int?)options.GetNumber("vid", 0, MaximumId),
        (int?)options.GetNumber("did", 0, MaximumId),
        (int?)options.GetNumber("busno", 0, MaximumBus),
        (int?)options.GetNumber("devno", 0, MaximumAddress));

    public bool Matches(UsbDevice device) =>
        (Vendor ?? device.Vendor) == device.Vendor && (Product ?? device.Product) == device.Product
        && (Bus ?? device.Bus) == device.Bus && (Device ?? device.Device) == device.Device;

    public override string ToString()
    {
        string[] words =
        [
            .. Vendor is int vendor ? [string.Create(CultureInfo.InvariantCulture, $"vid=0x{vendor:x4}")] : (string[])[],
            .. Product is int product ? [string.Create(CultureInfo.InvariantCulture, $"did=0x{product:x4}")] : (string[])[],
            .. Bus is int bus ? [string.Create(CultureInfo.InvariantCulture, $"busno={bus}")] : (string[])[],
            .. Device is int device ? [string.Create(CultureInfo.InvariantCulture, $"devno={device}")] : (string[])[],
        ];
        return string.Join(',', words);
    }
}

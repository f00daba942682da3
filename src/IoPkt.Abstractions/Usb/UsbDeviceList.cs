using System.Globalization;

namespace IoPkt;

/// <summary>The USB devices that the host's kernel lists under <c>/sys/bus/usb/devices</c>.</summary>
public static class UsbDeviceList
{
    public const string DefaultFolder = "/sys/bus/usb/devices";

    /// <param name="folder">Where the kernel lists them.</param>
    /// <returns>By bus and address; none, if the kernel has no USB.</returns>
    public static IReadOnlyList<UsbDevice> Read(string folder = DefaultFolder)
    {
        if (!Directory.Exists(folder))
            return [];
        IEnumerable<UsbDevice> found = Directory.EnumerateDirectories(folder).Select(ReadDevice).OfType<UsbDevice>();
        return [.. found.OrderBy(d => d.Bus).ThenBy(d => d.Device)];
    }

    /// <returns><c>null</c>: it's an interface of a device ("1-2:1.0"), or was unplugged meanwhile.</returns>
    private static UsbDevice? ReadDevice(string path)
    {
        if (Path.GetFileName(path).Contains(':', StringComparison.Ordinal)
            || Number(path, "busnum", NumberStyles.None) is not int bus || Number(path, "devnum", NumberStyles.None) is not int device
            || Number(path, "idVendor", NumberStyles.AllowHexSpecifier) is not int vendor || Number(path, "idProduct", NumberStyles.AllowHexSpecifier) is not int product)
            return null;
        return new UsbDevice(bus, device, vendor, product, Text(path, "manufacturer"), Text(path, "product"), path);
    }

    private static int? Number(string path, string name, NumberStyles style) =>
        int.TryParse(Text(path, name), style, CultureInfo.InvariantCulture, out int value) ? value : null;

    private static string Text(string path, string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(path, name)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

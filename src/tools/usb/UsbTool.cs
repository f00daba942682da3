using System.Globalization;

namespace IoPkt.Tools.Usb;

/// <summary>usb: the host's USB devices, with the numbers by which the options of USB drivers name them.</summary>
internal sealed class UsbTool : ITool
{
    /// <summary>As in the daemon: another place to look for the kernel's list.</summary>
    private const string Variable = "IOPKT_USB_DEVICES";

    public string Name => "usb";

    public IReadOnlyList<string> Usage => ["[-v]"];

    public string Help => """

        Lists the host's USB devices: bus (busno=), device (devno=), vendor (vid=), product (did=).
        -v  in full, and the options that name each one

        example:
          io-pkt-v4 -drum did=0x0020,vid=0x13b1,devno=1,busno=1
        """;

    public async Task<int> RunAsync(ToolContext context, IReadOnlyList<string> arguments)
    {
        OptionParser options = new("v");
        if (options.Parse(arguments) is [var unexpected, ..])
            throw new UsageException($"unexpected '{unexpected}'");
        string folder = Environment.GetEnvironmentVariable(Variable) ?? UsbDeviceList.DefaultFolder;
        IReadOnlyList<UsbDevice> devices = UsbDeviceList.Read(folder);
        if (devices.Count == 0)
            throw new ToolException($"no USB devices ({folder} lists none)");
        foreach (UsbDevice device in devices)
            await context.Output.WriteAsync(options.Has('v') ? FormatFully(device) : FormatLine(device)).ConfigureAwait(false);
        return 0;
    }

    private static string FormatLine(UsbDevice device) => string.Create(CultureInfo.InvariantCulture,
        $"{device.Bus,3} {device.Device,3}  0x{device.Vendor:x4} 0x{device.Product:x4}  {$"{device.Manufacturer} {device.ProductName}".Trim()}\n");

    private static string FormatFully(UsbDevice device) => string.Create(CultureInfo.InvariantCulture, $"""
        Device Address             : {device.Device}
        Host Controller            : {device.Bus}
        Vendor                     : 0x{device.Vendor:x4} ({device.Manufacturer})
        Product                    : 0x{device.Product:x4} ({device.ProductName})
        Driver options             : did=0x{device.Product:x4},vid=0x{device.Vendor:x4},devno={device.Device},busno={device.Bus}


        """);
}

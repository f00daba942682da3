namespace IoPkt.Daemon.Usb;

/// <summary>The host's USB devices, for drivers of such.</summary>
/// <param name="folder">Where the kernel lists them.</param>
internal sealed class UsbBus(string folder)
{
    /// <summary>The environment variable that names another folder, for tests and for containers that have the kernel's elsewhere.</summary>
    public const string Variable = "IOPKT_USB_DEVICES";

    public const string DefaultFolder = UsbDeviceList.DefaultFolder;

    /// <summary>The devices that the options name and the driver knows.</summary>
    /// <exception cref="ModuleException">There are none; the message says which there are.</exception>
    public IReadOnlyList<UsbDevice> Match(UsbSelector selector, IUsbDriver driver)
    {
        IReadOnlyList<UsbDevice> all = UsbDeviceList.Read(folder);
        List<UsbDevice> named = [.. all.Where(selector.Matches)];
        List<UsbDevice> matched = [.. named.Where(driver.Supports)];
        if (matched.Count > 0)
            return matched;
        string wanted = selector.ToString();
        if (wanted.Length > 0 && named.Count > 0)
            throw new ModuleException($"the driver doesn't know the USB device {string.Join("; ", named)}");
        string found = all.Count == 0 ? $"no USB device at all ({folder} lists none)" : string.Join("; ", all);
        throw new ModuleException($"no USB device {(wanted.Length > 0 ? "with " + wanted : "that the driver knows")}; there is {found}");
    }
}

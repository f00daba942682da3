using IoPkt.Daemon.Modules;

namespace IoPkt.Daemon.Tests.Modules;

/// <summary>The host's USB devices and the options that name them; and the contracts' versions.</summary>
public sealed class UsbTests : IDisposable
{
    private readonly DirectoryInfo _devices = Directory.CreateTempSubdirectory("io-pkt-test-");

    public UsbTests()
    {
        Add("usb1", 1, 1, "1d6b", "0002", "root hub");
        Add("1-1", 1, 4, "13b1", "0020", "WUSB54GC");
        Add("2-1", 2, 7, "13b1", "0020", "WUSB54GC");
        Directory.CreateDirectory(Path.Combine(_devices.FullName, "1-1:1.0"));
    }

    public void Dispose() => _devices.Delete(recursive: true);

    [Fact]
    public void The_kernels_list_is_read()
    {
        Assert.Equal(
            ["busno=1,devno=1,vid=0x1d6b,did=0x0002 (root hub)", "busno=1,devno=4,vid=0x13b1,did=0x0020 (WUSB54GC)", "busno=2,devno=7,vid=0x13b1,did=0x0020 (WUSB54GC)"],
            UsbDeviceList.Read(_devices.FullName).Select(d => d.ToString()));
        Assert.Empty(UsbDeviceList.Read("/nonexistent"));
    }

    [Theory]
    [InlineData("did=0x0020,vid=0x13b1", "rum0 rum1")]
    [InlineData("vid=5041,busno=2", "rum0")]
    [InlineData("devno=4", "rum0")]
    [InlineData(null, "rum0 rum1")]
    [InlineData("name=air,devno=7", "air0")]
    public async Task A_driver_gets_the_devices_that_are_named(string? options, string interfaces)
    {
        await using ModuleFixture daemon = new(_devices.FullName);
        Assert.Equal(interfaces, string.Join(' ', await daemon.Interfaces.LoadDriverAsync("rum", options)));
    }

    [Theory]
    [InlineData("vid=0x13b1,did=0x0021", "no USB device with vid=0x13b1,did=0x0021; there is busno=1,devno=1,")]
    [InlineData("busno=9", "no USB device with busno=9; there is ")]
    [InlineData("vid=0x1d6b", "the driver doesn't know the USB device busno=1,devno=1,vid=0x1d6b,did=0x0002 (root hub)")]
    [InlineData("vid=", "option vid: a value is missing (vid=VALUE)")]
    [InlineData("vid=0x10000", "option vid=0x10000: a whole number from 0 to 65535 is needed")]
    [InlineData("did=-1", "option did=-1: a whole number from 0 to 65535 is needed")]
    [InlineData("devno=128", "option devno=128: a whole number from 0 to 127 is needed")]
    [InlineData("busno=first", "option busno=first: a whole number from 0 to 999 is needed")]
    [InlineData("serial=7", "unknown option serial; it knows name=PREFIX")]
    public async Task A_device_that_is_not_there_is_a_message(string options, string expected)
    {
        await using ModuleFixture daemon = new(_devices.FullName);
        ModuleException refused = await Assert.ThrowsAsync<ModuleException>(() => daemon.Interfaces.LoadDriverAsync("rum", options));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.0", "1.0", null)]
    [InlineData("1.0", "1.2", null)]
    [InlineData("1.3", "1.2", "update io-pkt")]
    [InlineData("2.0", "1.2", "update io-pkt")]
    [InlineData("1.0", "2.0", "compile the module against the present")]
    public void A_module_runs_with_contracts_that_it_was_compiled_against_or_later_additions(string compiled, string current, string? expected)
    {
        string? mismatch = ContractVersion.Mismatch(Version.Parse(compiled), Version.Parse(current));
        if (expected is null)
            Assert.Null(mismatch);
        else
            Assert.Contains(expected, mismatch, StringComparison.Ordinal);
    }

    private void Add(string name, int bus, int device, string vendor, string product, string text)
    {
        string folder = Path.Combine(_devices.FullName, name);
        Directory.CreateDirectory(folder);
        foreach ((string file, string value) in ((string, string)[])[("busnum", $"{bus}"), ("devnum", $"{device}"), ("idVendor", vendor), ("idProduct", product), ("product", text)])
            File.WriteAllText(Path.Combine(folder, file), value + "\n");
    }
}

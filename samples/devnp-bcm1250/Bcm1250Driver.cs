using System.Globalization;

[assembly: IoPkt.DriverModule(typeof(IoPkt.Samples.Bcm1250.Bcm1250Driver))]

namespace IoPkt.Samples.Bcm1250;

/// <summary>
/// The driver of io-pkt's best-known example: <c>-d /lib/dll/devnp-bcm1250.so memrange=0x10064000,irq=0x80050024,mac=001122334455</c>, then <c>ifconfig bcm0 10.184</c>.
/// </summary>
/// <remarks>
/// No Linux host has that board's Ethernet controller, so the device behind it is a <see cref="LoopbackPlug"/>. The options are read as a driver reads them — the place of
/// the registers, the interrupt, the station's address — checked, and shown in <c>ifconfig</c>'s media line; nothing is mapped at that place.
/// </remarks>
public sealed class Bcm1250Driver : IDriver
{
    public IReadOnlyList<ModuleOption> Options { get; } =
    [
        new("memrange", "ADDRESS", "physical address of the controller's registers; 0x10064000 by default"),
        new("irq", "N", "its interrupt; 0x80050024 by default"),
        new("mac", "ADDRESS", "our Ethernet address: 001122334455; by default a random one"),
    ];

    public IReadOnlyList<IDevice> Attach(DriverContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        long registers = context.Options.GetNumber("memrange", 0, 0xff_ffff_ffff) ?? 0x1006_4000;
        long interrupt = context.Options.GetNumber("irq", 0, uint.MaxValue) ?? 0x8005_0024;
        string card = string.Create(CultureInfo.InvariantCulture, $"BCM1250, registers 0x{registers:x}, irq 0x{interrupt:x}");
        return [new LoopbackPlug("bcm", CardOptions.ReadAddress(context), card)];
    }
}

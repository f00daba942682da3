using System.Globalization;

[assembly: IoPkt.DriverModule(typeof(IoPkt.Samples.I82544.I82544Driver), CanCreate = true)]

namespace IoPkt.Samples.I82544;

/// <summary>
/// Runs the command lines for Intel's gigabit cards: <c>-di82544 name=en</c>, <c>-di82544 pci=0,name=wan</c>. A Linux host's kernel drives such a card itself, so the device
/// behind this one is a <see cref="LoopbackPlug"/>; to use a real card, start devnp-packet on the kernel's interface.
/// </summary>
public sealed class I82544Driver : IDriver
{
    private const int MaximumIndex = 31;

    public IReadOnlyList<ModuleOption> Options { get; } =
    [
        new("pci", "N", $"the card's place among those of its kind, 0 to {MaximumIndex}"),
        new("mac", "ADDRESS", "our Ethernet address: 001122334455; by default a random one"),
    ];

    public IReadOnlyList<IDevice> Attach(DriverContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        long index = context.Options.GetNumber("pci", 0, MaximumIndex) ?? 0;
        return [new LoopbackPlug("wm", CardOptions.ReadAddress(context), string.Create(CultureInfo.InvariantCulture, $"i82544, pci {index}"))];
    }
}

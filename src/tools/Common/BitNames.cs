namespace IoPkt.Tools;

/// <summary>Flag words as BSD prints them: <c>8843&lt;UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST&gt;</c>.</summary>
public static class BitNames
{
    private static readonly (int Bit, string Name)[] InterfaceFlags =
    [
        (0x1, "UP"), (0x2, "BROADCAST"), (0x4, "DEBUG"), (0x8, "LOOPBACK"), (0x10, "POINTOPOINT"), (0x40, "RUNNING"), (0x80, "NOARP"),
        (0x100, "PROMISC"), (0x200, "ALLMULTI"), (0x400, "OACTIVE"), (0x800, "SIMPLEX"), (0x1000, "LINK0"), (0x2000, "LINK1"), (0x4000, "LINK2"),
        (0x8000, "MULTICAST"),
    ];

    private static readonly (int Bit, string Name)[] Capabilities =
    [
        (0x1, "IP4CSUM"), (0x2, "TCP4CSUM"), (0x4, "UDP4CSUM"), (0x8, "TCP6CSUM"), (0x10, "UDP6CSUM"), (0x20, "TSO4"), (0x40, "TSO6"),
    ];

    private static readonly (int Bit, string Name)[] RouteFlags =
    [
        (0x1, "UP"), (0x2, "GATEWAY"), (0x4, "HOST"), (0x8, "REJECT"), (0x10, "DYNAMIC"), (0x100, "CLONING"), (0x800, "STATIC"), (0x1000, "BLACKHOLE"),
    ];

    public static string FormatInterfaceFlags(int flags) => Format(flags, InterfaceFlags);

    public static string FormatCapabilities(int capabilities) => Format(capabilities, Capabilities);

    /// <summary>Without the number: <c>&lt;UP,GATEWAY,STATIC&gt;</c>.</summary>
    public static string FormatRouteFlags(int flags) => Names(flags, RouteFlags);

    private static string Format(int bits, (int Bit, string Name)[] names) => bits == 0 ? "0" : $"{bits:x}{Names(bits, names)}";

    private static string Names(int bits, (int Bit, string Name)[] names) =>
        $"<{string.Join(',', names.Where(n => (bits & n.Bit) != 0).Select(n => n.Name))}>";
}

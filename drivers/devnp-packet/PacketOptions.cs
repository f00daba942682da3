namespace IoPkt.Drivers.PacketSocket;

/// <summary>What the user asked of the device.</summary>
internal sealed class PacketOptions
{
    private const int SmallestRing = 1, LargestRing = 1024, DefaultRing = 32;

    public static readonly IReadOnlyList<ModuleOption> Known =
    [
        new("if", "NAME", "the interface of the host; it must exist, and be up to carry anything"),
        new("mac", "ADDRESS|host", "our Ethernet address; by default one of our own that stays the same; host: the interface's, for hosts that don't use it themselves"),
        new("mtu", "BYTES", "not above the interface's, which is the default"),
        new("offload", "0|1", "leave checksums and segmentation of what we send to the host; 1 by default"),
        new("queues", "N", "packet sockets, among which the host spreads flows; one a packet thread by default"),
        new("ring", "MIB", $"memory shared with the host for received frames, {SmallestRing} to {LargestRing}; {DefaultRing} by default"),
    ];

    /// <exception cref="ModuleException">A value isn't usable.</exception>
    public PacketOptions(DriverContext context)
    {
        ModuleOptions given = context.Options;
        HostName = given.GetString("if") ?? throw new ModuleException("option if=NAME is needed: which interface of the host (ip link shows them)");
        UsesHostAddress = given.GetString("mac") == "host";
        Address = UsesHostAddress ? null : given.GetStationAddress("mac");
        Mtu = (int?)given.GetNumber("mtu", 68, 65535);
        Offload = !given.Has("offload") || given.GetFlag("offload");
        Queues = (int?)given.GetNumber("queues", 1, context.MaximumQueues) ?? context.MaximumQueues;
        RingBytes = (int)(given.GetNumber("ring", SmallestRing, LargestRing) ?? DefaultRing) << 20;
    }

    public string HostName { get; }

    /// <summary><c>null</c>: to be chosen.</summary>
    public MacAddress? Address { get; }

    public bool UsesHostAddress { get; }

    /// <summary><c>null</c>: the interface's.</summary>
    public int? Mtu { get; }

    public bool Offload { get; }

    public int Queues { get; }

    /// <summary>Of all queues together.</summary>
    public int RingBytes { get; }
}

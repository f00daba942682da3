using System.Globalization;

namespace IoPkt.Drivers.Pcap;

/// <summary>What the user asked of the device.</summary>
internal sealed class PcapOptions
{
    public const int MinimumMtu = 68, MaximumMtu = 65521;

    private const double FastestSpeed = 1e6;

    public static readonly IReadOnlyList<ModuleOption> Known =
    [
        new("if", "NAME", "capture from, and send to, this interface of the host"),
        new("read", "FILE", "replay the frames of a capture file instead"),
        new("write", "FILE", "record what is received and sent in a capture file"),
        new("speed", "FACTOR", "of a replay: 2 is twice as fast as recorded, 0 as fast as possible; 1 by default"),
        new("loop", "N", "of a replay: how often; 0 for ever; once by default"),
        new("trust", null, "take checksums as verified: for an interface whose senders leave them to their card (a veth)"),
        new("mac", "ADDRESS", "our Ethernet address; by default one that stays the same"),
        new("mtu", "BYTES", $"{MinimumMtu} to {MaximumMtu}; 1500 by default"),
    ];

    /// <exception cref="ModuleException">A value isn't usable.</exception>
    public PcapOptions(DriverContext context)
    {
        ModuleOptions given = context.Options;
        HostName = given.GetString("if");
        ReadPath = given.GetString("read");
        if (HostName is null == ReadPath is null)
            throw new ModuleException("one of the options if=NAME (an interface of the host) and read=FILE (a capture file) is needed");
        if (ReadPath is not null && !File.Exists(ReadPath))
            throw new ModuleException($"option read={ReadPath}: there is no such file");
        WritePath = given.GetString("write");
        if (ReadPath is null && (given.Has("speed") || given.Has("loop")))
            throw new ModuleException("options speed= and loop= are of a replay: they go with read=FILE");
        Speed = ReadSpeed(given.GetString("speed"));
        Rounds = (int)(given.GetNumber("loop", 0, int.MaxValue) ?? 1);
        TrustsChecksums = given.GetFlag("trust");
        Address = given.GetStationAddress("mac");
        Mtu = (int)(given.GetNumber("mtu", MinimumMtu, MaximumMtu) ?? 1500);
    }

    public string? HostName { get; }

    public string? ReadPath { get; }

    public string? WritePath { get; }

    /// <summary>0: without waiting.</summary>
    public double Speed { get; }

    /// <summary>0: for ever.</summary>
    public int Rounds { get; }

    public bool TrustsChecksums { get; }

    /// <summary><c>null</c>: to be chosen.</summary>
    public MacAddress? Address { get; }

    public int Mtu { get; }

    private static double ReadSpeed(string? text)
    {
        if (text is null)
            return 1;
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double speed) || speed is not (>= 0 and <= FastestSpeed))
            throw new ModuleException($"option speed={text}: a number from 0 to {FastestSpeed:0} is needed");
        return speed;
    }
}

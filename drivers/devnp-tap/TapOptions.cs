using System.Globalization;
using System.Net;
using IoPkt.Drivers.Tap.Native;

namespace IoPkt.Drivers.Tap;

/// <summary>What the user asked of the device.</summary>
internal sealed class TapOptions
{
    public const int DefaultMtu = 1500;

    /// <summary>Bytes: what IPv4 needs (RFC 791), and what Linux lets a TAP device have (65535 less the Ethernet header).</summary>
    public const int MinimumMtu = 68, MaximumMtu = 65521;

    public static readonly IReadOnlyList<ModuleOption> Known =
    [
        new("if", "NAME", "the device's name on the host; iopkt<instance>p<number> by default"),
        new("mac", "ADDRESS", "our Ethernet address; by default one that stays the same"),
        new("mtu", "BYTES", $"{MinimumMtu} to {MaximumMtu}, on both sides; {DefaultMtu} by default"),
        new("host", "ADDRESS/LEN", "gives the host's side this IPv4 address and brings it up"),
        new("persist", null, "the device stays on the host when we end"),
        new("offload", "0|1", "leave checksums and segmentation to the host; 1 by default"),
        new("queues", "N", "queues of the device; one a packet thread by default"),
    ];

    /// <exception cref="ModuleException">A value isn't usable.</exception>
    public TapOptions(DriverContext context)
    {
        ModuleOptions given = context.Options;
        HostName = given.GetString("if") ?? string.Create(CultureInfo.InvariantCulture, $"iopkt{context.Instance}p%d");
        CheckName(HostName);
        Address = given.GetStationAddress("mac");
        Mtu = (int?)given.GetNumber("mtu", MinimumMtu, MaximumMtu) ?? DefaultMtu;
        if (given.GetString("host") is { } host)
            (HostAddress, HostPrefixLength) = ParseHost(host);
        Persist = given.GetFlag("persist");
        Offload = !given.Has("offload") || given.GetFlag("offload");
        Queues = (int?)given.GetNumber("queues", 1, context.MaximumQueues) ?? context.MaximumQueues;
    }

    /// <summary>May hold "%d", where the kernel puts the lowest number that is free.</summary>
    public string HostName { get; }

    /// <summary><c>null</c>: to be chosen.</summary>
    public MacAddress? Address { get; }

    public int Mtu { get; }

    /// <summary><c>null</c>: the host's side is left alone.</summary>
    public uint? HostAddress { get; }

    public int HostPrefixLength { get; }

    public bool Persist { get; }

    public bool Offload { get; }

    public int Queues { get; }

    private static void CheckName(string name)
    {
        bool valid = name.Length < InterfaceRequest.NameSize && name is not ("." or "..") && !name.StartsWith('-') && name.All(c => c is > ' ' and < '\u007f' and not ('/' or ':'));
        int percent = name.IndexOf('%', StringComparison.Ordinal);
        if (!valid || (percent >= 0 && (name.IndexOf("%d", StringComparison.Ordinal) != percent || name.LastIndexOf('%') != percent)))
            throw new ModuleException($"option if={name}: 1 to {InterfaceRequest.NameSize - 1} characters, without spaces, '/' or ':', not beginning with '-' (\"%d\" stands for a number)");
    }

    private static (uint Address, int PrefixLength) ParseHost(string text)
    {
        string[] parts = text.Split('/');
        bool valid = parts.Length == 2
            && IPAddress.TryParse(parts[0], out IPAddress? ip) && ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && parts[0].Count(c => c == '.') == 3
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int length) && length is >= 1 and <= 32;
        if (!valid)
            throw new ModuleException($"option host={text}: an IPv4 address and a prefix length are needed: 10.1.0.1/24");
        byte[] bytes = IPAddress.Parse(parts[0]).GetAddressBytes();
        return ((uint)bytes[0] << 24 | (uint)bytes[1] << 16 | (uint)bytes[2] << 8 | bytes[3], int.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}

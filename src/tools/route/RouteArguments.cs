using IoPkt.Wire.Management;

namespace IoPkt.Tools.Route;

/// <summary>What follows add, change, delete and get.</summary>
internal sealed record RouteArguments
{
    public uint Destination { get; private init; }

    public int PrefixLength { get; private init; }

    public uint? Gateway { get; private init; }

    /// <summary>A name, or an address of the interface.</summary>
    public string? Interface { get; private init; }

    public bool Reject { get; private init; }

    public bool Blackhole { get; private init; }

    public int? Mtu { get; private init; }

    /// <exception cref="ToolException">The words make no sense.</exception>
    public static RouteArguments Parse(IReadOnlyList<string> words, bool needsGateway, HostNames hosts)
    {
        bool? isNet = null;
        bool viaInterface = false;
        int? prefixLength = null;
        string? destination = null;
        string? gateway = null;
        RouteArguments parsed = new();
        int next = 0;

        string Value(string modifier) => next < words.Count ? words[next++] : throw new UsageException($"{modifier}: its value is missing");
        void SetPrefixLength(int length) => prefixLength = prefixLength is null || prefixLength == length
            ? length
            : throw new UsageException($"two different masks: /{prefixLength} and /{length}");

        while (next < words.Count)
        {
            string word = words[next++];
            switch (word)
            {
                case "-inet":
                    break;
                case "-inet6":
                    throw new ToolException("-inet6: this stack has no IPv6");
                case "-net" or "-host":
                    if (isNet is not null && isNet != (word == "-net"))
                        throw new UsageException("-net and -host exclude each other");
                    isNet = word == "-net";

                    // As in BSD, the destination may follow at once: "-net 10.1".
                    break;
                case "-interface" or "-iface":
                    viaInterface = true;
                    break;
                case "-ifp" or "-ifa":
                    parsed = parsed with { Interface = Value(word) };
                    break;
                case "-netmask":
                    SetPrefixLength(Inet.ParseMask(Value(word)));
                    break;
                case "-prefixlen":
                    SetPrefixLength(Numbers.Parse(Value(word), 0, 32, "prefixlen"));
                    break;
                case "-reject":
                    parsed = parsed with { Reject = true };
                    break;
                case "-blackhole":
                    parsed = parsed with { Blackhole = true };
                    break;
                case "-mtu":
                    parsed = parsed with { Mtu = Numbers.Parse(Value(word), 68, 65535, "mtu") };
                    break;
                case ['-', ..]:
                    throw new UsageException($"unknown modifier '{word}'");
                case var _ when destination is null:
                    destination = word;
                    break;
                case var _ when gateway is null:
                    gateway = word;
                    break;
                default:
                    throw new UsageException($"unexpected '{word}' after destination and gateway");
            }
        }
        if (destination is null)
            throw new UsageException("the destination is missing");
        if (destination.Contains('/', StringComparison.Ordinal))
        {
            string[] parts = destination.Split('/', 2);
            SetPrefixLength(Numbers.Parse(parts[1], 0, 32, "prefix length"));
            destination = parts[0];
            isNet ??= true;
        }
        if (isNet == false && prefixLength is not null and not 32)
            throw new UsageException($"a host has no mask but /32, not /{prefixLength}");
        (uint address, int length) = RouteDestination.Parse(destination, isNet, prefixLength, hosts);
        parsed = parsed with { Destination = address, PrefixLength = length };
        return parsed.WithGateway(gateway, viaInterface, needsGateway, hosts);
    }

    public RouteSettings ToSettings() => new()
    {
        Destination = Inet.Format(Destination),
        PrefixLength = PrefixLength,
        Gateway = Gateway is uint gateway ? Inet.Format(gateway) : null,
        Interface = Interface,
        Reject = Reject,
        Blackhole = Blackhole,
        Mtu = Mtu,
    };

    public void RejectModifiers(string command)
    {
        if (Gateway is not null || Interface is not null || Reject || Blackhole || Mtu is not null)
            throw new UsageException($"{command} takes a destination only");
    }

    private RouteArguments WithGateway(string? gateway, bool viaInterface, bool isNeeded, HostNames hosts)
    {
        if (gateway is null)
        {
            if (viaInterface)
                throw new UsageException("-interface: which one?");
            if (!isNeeded || Interface is not null)
                return this;

            // Nothing goes anywhere by such a route, so it needs no gateway; BSD's users write 127.0.0.1.
            return Reject || Blackhole
                ? this with { Gateway = 0x7f00_0001 }
                : throw new UsageException("the gateway is missing");
        }
        if (viaInterface)
        {
            if (Interface is not null)
                throw new UsageException("-interface and -ifp exclude each other");
            return this with { Interface = hosts.TryParse(gateway, out uint own) ? Inet.Format(own) : gateway };
        }
        return hosts.TryParse(gateway, out uint address)
            ? this with { Gateway = address }
            : throw new ToolException($"bad address: {gateway} (for an interface, put -interface before it)");
    }
}

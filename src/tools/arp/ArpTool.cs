using IoPkt.Wire.Management;

namespace IoPkt.Tools.Arp;

/// <summary>arp(8): shows and changes what the stack knows of its neighbours' Ethernet addresses.</summary>
internal sealed class ArpTool : ITool
{
    public string Name => "arp";

    public IReadOnlyList<string> Usage =>
    [
        "[-n] hostname",
        "[-n] -a",
        "-d hostname | -d -a",
        "-s hostname ether_addr",
    ];

    public string Help => """

        -a  all entries      -n  numbers, not names
        -d  deletes an entry, or with -a all of them
        -s  sets an entry for good: it's never asked for, and nothing received changes it
        SOCK names the stack: the prefix of the io-pkt to ask.

        examples:
          SOCK=/alt arp -an
          arp -s 10.1.0.9 02:00:00:00:00:09
        """;

    public async Task<int> RunAsync(ToolContext context, IReadOnlyList<string> arguments)
    {
        OptionParser options = new("adns");
        IReadOnlyList<string> words = options.Parse(arguments);
        if (options.Has('s') && (options.Has('a') || options.Has('d')))
            throw new UsageException("-s stands alone");
        int wanted = options.Has('s') ? 2 : options.Has('a') ? 0 : 1;
        if (words.Count != wanted)
            throw new UsageException(words.Count > wanted ? $"unexpected '{words[wanted]}'" : wanted == 2 && words.Count == 1 ? "the Ethernet address is missing" : "the host is missing");
        HostNames hosts = new();
        if (options.Has('s'))
            return await SetAsync(context, hosts.Parse(words[0], "host"), words[1]).ConfigureAwait(false);
        uint? host = wanted == 0 ? null : hosts.Parse(words[0], "host");
        return options.Has('d')
            ? await DeleteAsync(context, host).ConfigureAwait(false)
            : await ShowAsync(context, host, new AddressFormat(options.Has('n'), true)).ConfigureAwait(false);
    }

    private static async Task<int> SetAsync(ToolContext context, uint host, string linkAddress)
    {
        await context.Management.SetNeighborAsync(new NeighborSettings(Inet.Format(host), linkAddress), context.Interrupted).ConfigureAwait(false);
        return 0;
    }

    private static async Task<int> DeleteAsync(ToolContext context, uint? host)
    {
        string? address = host is uint one ? Inet.Format(one) : null;
        foreach (NeighborInfo deleted in await context.Management.DeleteNeighborAsync(address, context.Interrupted).ConfigureAwait(false))
            await context.Output.WriteAsync($"{deleted.Address} deleted\n").ConfigureAwait(false);
        return 0;
    }

    private static async Task<int> ShowAsync(ToolContext context, uint? host, AddressFormat format)
    {
        IReadOnlyList<NeighborInfo> all = await context.Management.GetNeighborsAsync(context.Interrupted).ConfigureAwait(false);
        string? address = host is uint one ? Inet.Format(one) : null;
        NeighborInfo[] shown = [.. all.Where(n => address is null || n.Address == address)];
        if (address is not null && shown.Length == 0)
            throw new ToolException($"{address}: no entry");
        foreach (NeighborInfo neighbor in shown)
            await context.Output.WriteAsync(Format(neighbor, format)).ConfigureAwait(false);
        return 0;
    }

    /// <summary>"gateway (10.1.0.1) at 02:00:00:00:00:01 on tap0 reachable"; a question mark for a host without a name.</summary>
    private static string Format(NeighborInfo neighbor, AddressFormat format)
    {
        string name = format.Host(Inet.Parse(neighbor.Address));
        string state = neighbor.State switch
        {
            "static" => " permanent",
            "incomplete" => "",
            _ => $" {neighbor.State}",
        };
        return $"{(name == neighbor.Address ? "?" : name)} ({neighbor.Address}) at {neighbor.LinkAddress ?? "(incomplete)"} on {neighbor.Interface}{state}\n";
    }
}

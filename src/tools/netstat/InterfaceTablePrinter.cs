using System.Globalization;
using System.Text;
using IoPkt.Wire.Management;

namespace IoPkt.Tools.Netstat;

/// <summary>The table of interfaces: a line for the link, one for each address, and with -a one for each group. BSD's column of collisions is left out: no interface here can have any.</summary>
internal static class InterfaceTablePrinter
{
    public static string Format(IReadOnlyList<InterfaceInfo> interfaces, NetstatOptions options, AddressFormat format)
    {
        StringBuilder text = new();
        text.Append($"{"Name",-5} {"Mtu",-6} {"Network",-15} {"Address",-20}");
        text.Append(options.Bytes ? $" {"Ibytes",12} {"Obytes",12}" : $" {"Ipkts",10} {"Ierrs",6} {"Opkts",10} {"Oerrs",6}");
        text.Append(options.Drops ? $" {"Idrops",8} {"Odrops",8}\n" : "\n");
        foreach (InterfaceInfo one in interfaces)
        {
            // BSD marks an interface that's down with an asterisk.
            string name = (one.Flags & 1) != 0 ? one.Name : one.Name + "*";
            AppendLine(text, name, one, "<Link>", one.LinkAddress ?? "", options);
            foreach (AddressInfo address in one.Addresses)
            {
                uint own = Inet.Parse(address.Address);
                AppendLine(text, name, one, AddressFormat.Network(own, address.PrefixLength), format.Host(own), options);
            }
            foreach (string group in options.All ? one.Groups : [])
                text.Append($"{"",-5} {"",-6} {"",-15} {format.Host(Inet.Parse(group))}\n");
        }
        return text.ToString();
    }

    private static void AppendLine(StringBuilder text, string name, InterfaceInfo one, string network, string address, NetstatOptions options)
    {
        text.Append($"{name,-5} {one.Mtu,-6} {network,-15} {address,-20}");
        (TrafficCounters received, TrafficCounters sent) = (Total(one, i => i.Received, q => q.Received), Total(one, i => i.Transmitted, q => q.Transmitted));
        if (options.Bytes)
            text.Append($" {Bytes(received.Bytes, options),12} {Bytes(sent.Bytes, options),12}");
        else
            text.Append($" {received.Packets,10} {received.Errors,6} {sent.Packets,10} {sent.Errors,6}");
        if (options.Drops)
            text.Append($" {received.Drops,8} {sent.Drops,8}");
        text.Append('\n');
    }

    /// <summary>What the stack saw, and besides it the errors and losses that only the device knows of.</summary>
    public static TrafficCounters Total(
        InterfaceInfo one, Func<InterfaceInfo, TrafficCounters> direction, Func<QueueCounters, TrafficCounters> queueDirection)
    {
        TrafficCounters total = direction(one);
        foreach (TrafficCounters queue in one.Queues.Select(queueDirection))
            total = total with { Errors = total.Errors + queue.Errors, Drops = total.Drops + queue.Drops };
        return total;
    }

    private static string Bytes(long bytes, NetstatOptions options) =>
        options.Humanize ? Numbers.Humanize(bytes) : bytes.ToString(CultureInfo.InvariantCulture);
}

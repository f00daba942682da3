using System.Text;
using IoPkt.Wire.Management;

namespace IoPkt.Tools.Ifconfig;

/// <summary>An interface as ifconfig shows it.</summary>
internal static class InterfacePrinter
{
    private const int FlagUp = 1;

    public static string Format(InterfaceInfo shown, IfconfigCommand command)
    {
        StringBuilder text = new();
        text.Append($"{shown.Name}: flags={BitNames.FormatInterfaceFlags(shown.Flags)} mtu {shown.Mtu}\n");
        if (command.Family is null)
            AppendLink(text, shown, command.Media);
        bool alias = false;
        foreach (AddressInfo address in shown.Addresses)
        {
            if (command.Family is not null && command.Family != address.Family)
                continue;
            AppendAddress(text, address, alias);
            alias = true;
        }
        if (command.Statistics)
            AppendStatistics(text, shown, command.Humanize);
        return text.ToString();
    }

    private static void AppendLink(StringBuilder text, InterfaceInfo shown, bool media)
    {
        if (shown.ReceiveCapabilities != 0)
            text.Append($"\tcapabilities rx={BitNames.FormatCapabilities(shown.ReceiveCapabilities)}\n");
        if (shown.TransmitCapabilities != 0)
            text.Append($"\tcapabilities tx={BitNames.FormatCapabilities(shown.TransmitCapabilities)}\n");

        // The stack leaves to the device whatever the device can do, in both directions.
        int enabled = shown.ReceiveCapabilities | shown.TransmitCapabilities;
        if (enabled != 0)
            text.Append($"\tenabled={BitNames.FormatCapabilities(enabled)}\n");
        if (shown.LinkAddress is not null)
            text.Append($"\taddress: {shown.LinkAddress}\n");
        if (shown.Media is not null)
        {
            text.Append($"\tmedia: {shown.Media}\n");
            if (media)
                text.Append($"\tsupported media:\n\t\t{shown.Media}\n");
        }
        if (shown.LinkUp is bool linkUp && shown.Media is not null)
            text.Append($"\tstatus: {(linkUp ? "active" : (shown.Flags & FlagUp) != 0 ? "no carrier" : "down")}\n");
    }

    private static void AppendAddress(StringBuilder text, AddressInfo address, bool alias)
    {
        text.Append($"\tinet {(alias ? "alias " : "")}{address.Address}");
        if (address.Destination is not null)
            text.Append($" -> {address.Destination}");
        text.Append($" netmask 0x{Inet.MaskOf(address.PrefixLength):x8}");
        if (address.Broadcast is not null)
            text.Append($" broadcast {address.Broadcast}");
        if (address.State is not null)
            text.Append($" {address.State}");
        text.Append('\n');
    }

    private static void AppendStatistics(StringBuilder text, InterfaceInfo shown, bool humanize)
    {
        AppendDirection(text, "input", shown.Received, humanize);
        if (shown.NoProtocol != 0)
            text.Append($", {shown.NoProtocol} unknown protocol{(shown.NoProtocol == 1 ? "" : "s")}");
        text.Append('\n');
        AppendDirection(text, "output", shown.Transmitted, humanize);
        text.Append('\n');
        for (int i = 0; i < shown.Queues.Count; i++)
        {
            AppendDirection(text, $"queue {i} input", shown.Queues[i].Received, humanize);
            text.Append('\n');
            AppendDirection(text, $"queue {i} output", shown.Queues[i].Transmitted, humanize);
            text.Append('\n');
        }
    }

    private static void AppendDirection(StringBuilder text, string direction, TrafficCounters counters, bool humanize)
    {
        string bytes = humanize ? $"{Numbers.Humanize(counters.Bytes)} bytes" : Numbers.Plural(counters.Bytes, "byte");
        text.Append($"\t{direction}: {Numbers.Plural(counters.Packets, "packet")}, {bytes}, {Numbers.Plural(counters.Multicasts, "multicast")}");
        if (counters.Errors != 0)
            text.Append($", {Numbers.Plural(counters.Errors, "error")}");
        if (counters.Drops != 0)
            text.Append($", {Numbers.Plural(counters.Drops, "drop")}");
    }
}

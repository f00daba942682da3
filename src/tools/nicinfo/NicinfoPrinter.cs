using System.Globalization;
using System.Text;
using IoPkt.Wire.Management;

namespace IoPkt.Tools.Nicinfo;

/// <summary>An interface as nicinfo shows it: a label, dots up to a column, a value.</summary>
internal static class NicinfoPrinter
{
    private const int ValueColumn = 45;

    private const int FlagUp = 1, FlagPromiscuous = 0x100, FlagMulticast = 0x8000;

    public static string Format(InterfaceInfo shown)
    {
        StringBuilder text = new();
        text.Append($"{shown.Name}: \n  {shown.Media ?? "no device"}\n\n");
        if (shown.Driver is not null)
            Append(text, "Driver", shown.Driver);
        if (shown.LinkAddress is { } address)
            Append(text, "Physical Node ID", NodeId(address));
        Append(text, "Link", shown.LinkUp switch { true => "up", false => (shown.Flags & FlagUp) != 0 ? "down" : "down (the interface is down)", null => "unknown" });
        Append(text, "Maximum Transmittable data Unit", shown.Mtu);
        Append(text, "Promiscuous Mode", (shown.Flags & FlagPromiscuous) != 0 ? "On" : "Off");
        Append(text, "Multicast Support", (shown.Flags & FlagMulticast) != 0 ? "Enabled" : "Disabled");
        text.Append('\n');
        AppendDirection(text, "Transmit", "Transmitted", shown.Transmitted, [.. shown.Queues.Select(q => q.Transmitted)]);
        text.Append('\n');
        AppendDirection(text, "Receive", "Received", shown.Received, [.. shown.Queues.Select(q => q.Received)]);
        Append(text, "Packets of Unknown Protocols", shown.NoProtocol);
        return text.ToString();
    }

    private static void AppendDirection(StringBuilder text, string verb, string done, TrafficCounters stack, TrafficCounters[] device)
    {
        // The device's own count, where there is a device: what the stack handed over and the device didn't send isn't "OK".
        bool hasDevice = device.Length > 0;
        Append(text, $"Packets {done} OK", hasDevice ? device.Sum(d => d.Packets) : stack.Packets);
        Append(text, $"Bytes {done} OK", hasDevice ? device.Sum(d => d.Bytes) : stack.Bytes);
        Append(text, $"Multicast Packets {done}", stack.Multicasts);
        Append(text, $"{verb} Errors", stack.Errors);
        Append(text, $"{verb} Drops", stack.Drops);
        Append(text, $"Device {verb} Errors", device.Sum(d => d.Errors));
        Append(text, $"Device {verb} Drops", device.Sum(d => d.Drops));
        for (int i = 0; device.Length > 1 && i < device.Length; i++)
        {
            Append(text, string.Create(CultureInfo.InvariantCulture, $"  Queue {i} Packets {done}"), device[i].Packets);
            Append(text, string.Create(CultureInfo.InvariantCulture, $"  Queue {i} Errors and Drops"), device[i].Errors + device[i].Drops);
        }
    }

    private static void Append(StringBuilder text, string label, long value) => Append(text, label, value.ToString(CultureInfo.InvariantCulture));

    private static void Append(StringBuilder text, string label, string value) => text.Append($"  {label} {new string('.', Math.Max(1, ValueColumn - label.Length - 3))} {value}\n");

    /// <summary>"020000 000001"</summary>
    private static string NodeId(string address)
    {
        string digits = address.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant();
        return digits.Length == 12 ? $"{digits[..6]} {digits[6..]}" : address;
    }
}

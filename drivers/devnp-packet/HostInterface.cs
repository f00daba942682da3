using System.Globalization;

namespace IoPkt.Drivers.PacketSocket;

/// <summary>What the host says of its interface, in <c>/sys/class/net</c>.</summary>
internal sealed class HostInterface
{
    private readonly string _folder;

    /// <exception cref="ModuleException">There's no such interface, or it isn't Ethernet.</exception>
    public HostInterface(string name)
    {
        Name = name;
        _folder = "/sys/class/net/" + name;
        if (name.Contains('/', StringComparison.Ordinal) || name is "." or ".." || !Directory.Exists(_folder))
        {
            string[] there = [.. Directory.EnumerateDirectories("/sys/class/net").Select(Path.GetFileName).Where(n => n != "lo").Order()!];
            throw new ModuleException($"option if={name}: the host has no such interface; it has {(there.Length == 0 ? "none but lo" : string.Join(", ", there))}");
        }
        if (Read("type") != "1")
            throw new ModuleException($"option if={name}: that isn't an Ethernet interface");
        Index = int.Parse(Read("ifindex"), CultureInfo.InvariantCulture);
    }

    public string Name { get; }

    public int Index { get; }

    public int Mtu => int.Parse(Read("mtu"), CultureInfo.InvariantCulture);

    public MacAddress Address => MacAddress.TryParse(Read("address"), out MacAddress address) ? address : default;

    /// <summary>Whether the host has it up and its cable is plugged in.</summary>
    public bool IsRunning => Try("operstate") is "up" or "unknown";

    /// <summary>"1000 Mbit/s", or <c>null</c> where the interface has no speed.</summary>
    public string? Speed => Try("speed") is { } speed && int.TryParse(speed, out int megabits) && megabits > 0 ? $"{megabits} Mbit/s" : null;

    private string Read(string file) => File.ReadAllText($"{_folder}/{file}").Trim();

    /// <summary>Some files refuse while the interface is down.</summary>
    private string? Try(string file)
    {
        try
        {
            return Read(file);
        }
        catch (IOException)
        {
            return null;
        }
    }
}

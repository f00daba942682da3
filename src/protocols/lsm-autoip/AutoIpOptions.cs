using System.Net;

namespace IoPkt.Protocols.AutoIp;

/// <summary>What the user asked for.</summary>
internal sealed class AutoIpOptions
{
    private const int DefaultDelay = 2000, MaximumDelay = 8000;

    public static readonly IReadOnlyList<ModuleOption> Known =
    [
        new("if", "INTERFACE", "en0 by default; it must exist"),
        new("ip", "ADDRESS", $"the address to try first, {LinkLocalNetwork.First} to {LinkLocalNetwork.Last}; by default one made from the interface's MAC address"),
        new("debug", null, "log every step"),
        new("abandon", null, "give an address up at the first conflict, instead of defending it"),
        new("delay", "MS", $"the longest time between probes, 1 to {MaximumDelay}; {DefaultDelay} by default"),
        new("old", null, "an interface with a routable address gets a route to the link-local network instead of an address"),
        new("force", null, "with old: it gets the address all the same"),
    ];

    /// <exception cref="ModuleException">A value isn't usable.</exception>
    public AutoIpOptions(ModuleOptions given)
    {
        Interface = given.GetString("if") ?? "en0";
        if (given.GetString("ip") is { } text)
            Preferred = ReadAddress(text);
        Debug = given.GetFlag("debug");
        Abandon = given.GetFlag("abandon");
        Delay = TimeSpan.FromMilliseconds(given.GetNumber("delay", 1, MaximumDelay) ?? DefaultDelay);
        Old = given.GetFlag("old");
        Force = given.GetFlag("force");
    }

    public string Interface { get; }

    /// <summary><c>null</c>: none in particular.</summary>
    public IPAddress? Preferred { get; }

    public bool Debug { get; }

    public bool Abandon { get; }

    public TimeSpan Delay { get; }

    public bool Old { get; }

    public bool Force { get; }

    private static IPAddress ReadAddress(string text)
    {
        // The framework takes "169.254" for 169.0.0.254.
        bool valid = text.Count(c => c == '.') == 3 && IPAddress.TryParse(text, out IPAddress? address) && LinkLocalNetwork.IsUsable(address);
        return valid ? IPAddress.Parse(text) : throw new ModuleException($"option ip={text}: an address from {LinkLocalNetwork.First} to {LinkLocalNetwork.Last} is needed");
    }
}

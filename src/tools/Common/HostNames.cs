using System.Net;
using System.Net.Sockets;

namespace IoPkt.Tools;

/// <summary>Names of hosts, on the way in and out.</summary>
public sealed class HostNames(string hostsFile = "/etc/hosts")
{
    private Dictionary<uint, string>? _names;
    private Dictionary<string, uint>? _addresses;

    /// <summary>An address in any form, or a name in <c>/etc/hosts</c>. DNS isn't asked: it may need the very network that's being configured.</summary>
    /// <exception cref="ToolException">Neither.</exception>
    public uint Parse(string text, string what) => TryParse(text, out uint address)
        ? address
        : throw new ToolException($"{what} '{text}' is neither an address nor a host in {hostsFile}");

    public bool TryParse(string text, out uint address)
    {
        if (Inet.TryParseAddress(text, out address))
            return true;
        Load();
        return _addresses!.TryGetValue(text, out address);
    }

    /// <summary>The same, and then DNS, as the host has it.</summary>
    public async Task<uint> ResolveAsync(string text, CancellationToken cancellation)
    {
        if (TryParse(text, out uint address))
            return address;
        try
        {
            // To the resolver, no name is this host's.
            IPAddress[] found = text.Length == 0 ? [] : await Dns.GetHostAddressesAsync(text, AddressFamily.InterNetwork, cancellation).ConfigureAwait(false);
            if (found.Length > 0)
                return Inet.Parse(found[0].ToString());
        }
        catch (SocketException)
        {
            // What the resolver says differs from host to host; for the user it's an unknown host.
        }
        throw new ToolException($"cannot resolve \"{text}\" (Unknown host)");
    }

    /// <summary>The name of an address in <c>/etc/hosts</c>, or the address.</summary>
    public string NameOf(uint address)
    {
        Load();
        return _names!.GetValueOrDefault(address) ?? Inet.Format(address);
    }

    private void Load()
    {
        if (_names is not null)
            return;
        _names = [];
        _addresses = new Dictionary<string, uint>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in ReadLines(hostsFile))
        {
            string[] words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || !Inet.TryParseAddress(words[0], out uint address))
                continue;
            _names.TryAdd(address, words[1]);
            foreach (string name in words.Skip(1))
                _addresses.TryAdd(name, address);
        }
    }

    internal static IEnumerable<string> ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

using IoPkt.Stack;

namespace IoPkt.Daemon.Management;

/// <summary>What arguments mean to the stack, with an error that names the argument that doesn't make sense.</summary>
internal static class RequestValues
{
    public static InetAddress Ipv4(string text, string what)
    {
        if (!InetAddress.TryParse(text, out InetAddress address))
            throw new ManagementException(Errno.Invalid, $"{what} '{text}' is not an address");
        if (!address.IsIpv4)
            throw new ManagementException(Errno.AddressFamilyNotSupported, $"{what} '{text}' is not an IPv4 address");
        return address;
    }

    public static InetAddress Ipv4OrAny(string? text, string what) => text is null ? InetAddress.AnyIpv4 : Ipv4(text, what);

    public static int PrefixLength(int length) => length is >= 0 and <= 32
        ? length
        : throw new ManagementException(Errno.Invalid, $"prefix length {length} is not in 0…32");

    public static NetworkInterface Interface(NetworkStack stack, string name)
    {
        if (stack.Interfaces.TryFind(name, out NetworkInterface? found))
            return found;
        string all = string.Join(" ", stack.Interfaces.All.Select(i => i.Name));
        throw new ManagementException(Errno.NoDevice, $"{(name.Length == 0 ? "''" : name)}: no such interface; there are: {all}");
    }

    /// <summary>Left out of answers where there's nothing to say.</summary>
    public static string? Text(in InetAddress address) => address.IsUnspecified ? null : address.ToString();

    public static string FamilyName(AddressFamily family) => family == AddressFamily.Inet ? "inet" : "inet6";
}

using System.Globalization;

namespace IoPkt.Wire.Sockets;

/// <summary>
/// What a descriptor is, as the name of the daemon's end tells any holder of it: <c>iopkt1:2:1:6:a41f0000002c:/alt</c> in the abstract namespace.
/// Section 3 of <c>docs/wire-format.md</c>.
/// </summary>
/// <param name="Family">BSD's number.</param>
/// <param name="Type">SOCK_STREAM 1, SOCK_DGRAM 2, SOCK_RAW 3.</param>
/// <param name="Protocol">The IP protocol's number.</param>
/// <param name="Id">Unique in the network namespace.</param>
/// <param name="Prefix">Of the daemon.</param>
public sealed record SocketName(int Family, int Type, int Protocol, ulong Id, string Prefix)
{
    /// <summary>Bytes of the longest prefix that leaves the name room in a <c>sockaddr_un</c> (108 bytes, one of them the leading zero).</summary>
    public const int MaximumPrefixBytes = 64;

    private const string Scheme = "iopkt1";

    /// <param name="text">The name without its leading zero byte.</param>
    /// <param name="name">What it says.</param>
    public static bool TryParse(string text, out SocketName? name)
    {
        name = null;
        string[] parts = (text ?? "").Split(':', 6);
        if (parts.Length != 6 || parts[0] != Scheme
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int family)
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int type)
            || !int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out int protocol)
            || !ulong.TryParse(parts[4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong id))
            return false;
        name = new SocketName(family, type, protocol, id, parts[5]);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Scheme}:{Family}:{Type}:{Protocol}:{Id:x12}:{Prefix}");
}

namespace IoPkt.Tools.Route;

/// <summary>route(8)'s reading of destinations: <c>128.32</c> is the host 128.0.0.32, but as a network 128.32.0.0.</summary>
internal static class RouteDestination
{
    /// <param name="text">The address.</param>
    /// <param name="isNet">-net (or a prefix length) or -host; <c>null</c>: decide.</param>
    /// <param name="prefixLength">If it was given.</param>
    /// <param name="hosts">For names.</param>
    /// <exception cref="ToolException">It isn't an address.</exception>
    public static (uint Address, int PrefixLength) Parse(string text, bool? isNet, int? prefixLength, HostNames hosts)
    {
        if (text == "default")
            return prefixLength is null or 0 && isNet != false ? (0u, 0) : throw new UsageException("default is 0/0, and no host");
        if (isNet == true)
        {
            if (!Inet.TryParseNetwork(text, out uint network))
                throw new ToolException($"bad address: {text} is not a network");
            int length = prefixLength ?? NetworkPrefixLength(network);
            return (network & Inet.MaskOf(length), length);
        }
        uint address = hosts.Parse(text, "bad address:");
        if (prefixLength is int given)
            return (address & Inet.MaskOf(given), given);
        int classLength = Inet.ClassPrefixLength(address);
        bool hostPartIsZero = (address & ~Inet.MaskOf(classLength)) == 0;
        if (isNet is null && hostPartIsZero)
            return (address, address == 0 ? 0 : classLength);
        return (address, 32);
    }

    /// <summary>Its class's, or as many whole bytes as it says something in: 10.1 is a /16 though its class has /8.</summary>
    private static int NetworkPrefixLength(uint network)
    {
        if (network == 0)
            return 0;
        int bytes = 4 - System.Numerics.BitOperations.TrailingZeroCount(network) / 8;
        return Math.Max(Inet.ClassPrefixLength(network), 8 * bytes);
    }
}

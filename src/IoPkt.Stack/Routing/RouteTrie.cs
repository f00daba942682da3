using System.Numerics;

namespace IoPkt.Stack;

/// <summary>
/// A path-compressed binary trie over address prefixes (a Patricia tree), persistent: a change copies the nodes on the way to it and shares the rest, so a
/// reader keeps a consistent version for as long as it holds the root. A lookup visits at most one node for each prefix length in use on its way.
/// </summary>
internal sealed class RouteTrie
{
    private readonly ulong _high;
    private readonly ulong _low;
    private readonly ulong _highMask;
    private readonly ulong _lowMask;
    private readonly int _length; // in bits of the 16-byte form: an IPv4 prefix has 96 more than its own
    private readonly RouteTrie? _zero;
    private readonly RouteTrie? _one;
    private readonly Route? _route;

    private RouteTrie(ulong high, ulong low, int length, Route? route, RouteTrie? zero, RouteTrie? one)
    {
        _length = length;
        _highMask = length >= 64 ? ulong.MaxValue : length == 0 ? 0 : ulong.MaxValue << (64 - length);
        _lowMask = length <= 64 ? 0 : ulong.MaxValue << (128 - length);
        _high = high & _highMask;
        _low = low & _lowMask;
        _route = route;
        _zero = zero;
        _one = one;
    }

    /// <summary>The longest prefix with a usable route; of <paramref name="bound"/> only, if that's given.</summary>
    public static Route? Find(RouteTrie? node, in InetAddress address, NetworkInterface? bound)
    {
        ulong high = address.High, low = address.Low;
        Route? best = null;
        for (; node is not null && node.Matches(high, low); node = node._length < 128 && node.Bit(high, low) ? node._one : node._zero)
        {
            if (node._route is { } route && route.Interface.IsUp && (bound is null || route.Interface == bound))
                best = route;
            if (node._length == 128)
                break;
        }
        return best;
    }

    /// <summary>The route to exactly this prefix, usable or not.</summary>
    public static Route? FindExact(RouteTrie? node, in InetAddress destination, int prefixLength)
    {
        ulong high = destination.High, low = destination.Low;
        int length = Length(destination, prefixLength);
        while (node is not null && node._length <= length && node.Matches(high, low))
        {
            if (node._length == length)
                return node._route;
            node = node.Bit(high, low) ? node._one : node._zero;
        }
        return null;
    }

    /// <summary>A version with <paramref name="route"/> in it, in place of any to the same prefix.</summary>
    public static RouteTrie With(RouteTrie? node, Route route) =>
        Insert(node, route, route.Destination.High, route.Destination.Low, Length(route.Destination, route.PrefixLength));

    /// <summary>A version without the route to exactly this prefix.</summary>
    public static RouteTrie? Without(RouteTrie? node, in InetAddress destination, int prefixLength) =>
        Remove(node, destination.High, destination.Low, Length(destination, prefixLength));

    /// <summary>Adds all routes in order of their prefixes, shorter ones first.</summary>
    public static void Collect(RouteTrie? node, List<Route> routes)
    {
        if (node is null)
            return;
        if (node._route is not null)
            routes.Add(node._route);
        Collect(node._zero, routes);
        Collect(node._one, routes);
    }

    private static int Length(in InetAddress address, int prefixLength) => address.IsIpv4 ? prefixLength + 96 : prefixLength;

    private static RouteTrie Insert(RouteTrie? node, Route route, ulong high, ulong low, int length)
    {
        if (node is null)
            return new RouteTrie(high, low, length, route, null, null);
        int common = Math.Min(CommonBits(node._high ^ high, node._low ^ low), Math.Min(node._length, length));
        if (common == node._length)
        {
            if (length == node._length)
                return new RouteTrie(high, low, length, route, node._zero, node._one);
            return node.Bit(high, low)
                ? new RouteTrie(node._high, node._low, node._length, node._route, node._zero, Insert(node._one, route, high, low, length))
                : new RouteTrie(node._high, node._low, node._length, node._route, Insert(node._zero, route, high, low, length), node._one);
        }
        if (common == length)
        {
            return Bit(node._high, node._low, common)
                ? new RouteTrie(high, low, length, route, null, node)
                : new RouteTrie(high, low, length, route, node, null);
        }
        RouteTrie leaf = new(high, low, length, route, null, null);
        return Bit(high, low, common)
            ? new RouteTrie(high, low, common, null, node, leaf)
            : new RouteTrie(high, low, common, null, leaf, node);
    }

    private static RouteTrie? Remove(RouteTrie? node, ulong high, ulong low, int length)
    {
        if (node is null || node._length > length || !node.Matches(high, low))
            return node;
        if (node._length == length)
            return Join(node, null, node._zero, node._one);
        return node.Bit(high, low)
            ? Join(node, node._route, node._zero, Remove(node._one, high, low, length))
            : Join(node, node._route, Remove(node._zero, high, low, length), node._one);
    }

    /// <summary>A node that neither branches nor has a route is left out.</summary>
    private static RouteTrie? Join(RouteTrie node, Route? route, RouteTrie? zero, RouteTrie? one)
    {
        if (route is null && (zero is null || one is null))
            return zero ?? one;
        return new RouteTrie(node._high, node._low, node._length, route, zero, one);
    }

    private static int CommonBits(ulong highDifference, ulong lowDifference) =>
        highDifference != 0 ? BitOperations.LeadingZeroCount(highDifference) : 64 + BitOperations.LeadingZeroCount(lowDifference);

    private static bool Bit(ulong high, ulong low, int index) => (index < 64 ? high >> (63 - index) & 1 : low >> (127 - index) & 1) != 0;

    private bool Bit(ulong high, ulong low) => Bit(high, low, _length);

    private bool Matches(ulong high, ulong low) => ((high ^ _high) & _highMask | (low ^ _low) & _lowMask) == 0;
}

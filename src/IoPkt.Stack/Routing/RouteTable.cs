namespace IoPkt.Stack;

/// <summary>
/// Routes of one address family; the longest matching prefix wins. Readers on any thread see one immutable version; changes make a new one, in the stack context.
/// </summary>
public sealed class RouteTable
{
    private volatile RouteTrie? _root;
    private long _generation;

    /// <summary>Changes with every change of the table: caches compare it.</summary>
    public long Generation => Volatile.Read(ref _generation);

    /// <summary>A snapshot, in order of destinations; a network comes before the networks inside it.</summary>
    public IReadOnlyList<Route> All
    {
        get
        {
            List<Route> routes = [];
            RouteTrie.Collect(_root, routes);
            return routes;
        }
    }

    /// <returns>
    /// <see cref="Errno.Exists"/> when there's a route to exactly that destination; <see cref="Errno.Invalid"/> for a prefix length out of range or host bits that aren't zero.
    /// </returns>
    public Errno Add(Route route)
    {
        ArgumentNullException.ThrowIfNull(route);
        if (!IsPrefix(route.Destination, route.PrefixLength))
            return Errno.Invalid;
        if (FindExact(route.Destination, route.PrefixLength) is not null)
            return Errno.Exists;
        _root = RouteTrie.With(_root, route);
        Invalidate();
        return Errno.None;
    }

    /// <returns><see cref="Errno.NoEntry"/>, or none.</returns>
    public Errno Delete(in InetAddress destination, int prefixLength)
    {
        if (!IsPrefix(destination, prefixLength) || FindExact(destination, prefixLength) is null)
            return Errno.NoEntry;
        _root = RouteTrie.Without(_root, destination, prefixLength);
        Invalidate();
        return Errno.None;
    }

    /// <summary>The best route whose interface is up: when an interface goes down its routes give way to the next best, and come back with it.</summary>
    public Route? Find(in InetAddress destination) => RouteTrie.Find(_root, destination, null);

    /// <summary>The best route that leaves by <paramref name="bound"/>.</summary>
    public Route? Find(in InetAddress destination, NetworkInterface? bound) => RouteTrie.Find(_root, destination, bound);

    /// <summary>The route to exactly this destination, usable or not.</summary>
    public Route? FindExact(in InetAddress destination, int prefixLength) => RouteTrie.FindExact(_root, destination, prefixLength);

    /// <summary>Something that caches depend on is different: an interface's state, an address, a path's MTU.</summary>
    internal void Invalidate() => Volatile.Write(ref _generation, _generation + 1);

    private static bool IsPrefix(in InetAddress destination, int prefixLength) =>
        prefixLength >= 0 && prefixLength <= 8 * destination.Size && destination.Mask(prefixLength) == destination;
}

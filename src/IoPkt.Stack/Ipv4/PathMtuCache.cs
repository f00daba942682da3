namespace IoPkt.Stack;

/// <summary>Path MTUs below those of the routes, learned from ICMP (RFC 1191) or by TCP's own probing (RFC 4821). Bounded; forgotten after ten minutes, so that a path that grew is found.</summary>
internal sealed class PathMtuCache
{
    /// <summary>RFC 1191, section 6.3: "a timeout … of 10 minutes".</summary>
    private const long Lifetime = 600_000_000;

    /// <summary>RFC 791: every host and router must take 68 bytes unfragmented, so no path has less.</summary>
    private const int Minimum = 68;

    /// <summary>
    /// Below this we don't go: tiny segments cost everybody more than fragments do, and forged messages would make us send them. A path that claims less
    /// gets packets of this size that routers may fragment (what Linux calls <c>min_pmtu</c>).
    /// </summary>
    public const int SmallestUsed = 552;

    private readonly NetworkStack _stack;
    private readonly RouteTable _routes;
    private readonly Ipv4Settings _settings;
    private readonly Dictionary<InetAddress, Path> _paths = [];
    private readonly StackTimer _timer;

    public PathMtuCache(NetworkStack stack, RouteTable routes, Ipv4Settings settings)
    {
        _stack = stack;
        _routes = routes;
        _settings = settings;
        _timer = new StackTimer(stack.Timers, Expire);
    }

    public int Count => _paths.Count;

    /// <returns>Whether something is known of the path.</returns>
    public bool TryFind(in InetAddress destination, out int mtu, out bool mustAllowFragments)
    {
        bool found = _paths.TryGetValue(destination, out Path path);
        mtu = path.Mtu;
        mustAllowFragments = path.MustAllowFragments;
        return found;
    }

    /// <param name="destination">The path's end.</param>
    /// <param name="mtu">What a router said, or losses did.</param>
    /// <param name="current">The path's MTU as we thought: a message must never raise it (RFC 1191, section 3).</param>
    public void Lower(in InetAddress destination, int mtu, int current)
    {
        if (mtu < Minimum || mtu >= current)
            return;
        if (_paths.Count >= _settings.MaximumPaths && !_paths.ContainsKey(destination))
            EvictOldest();
        _paths[destination] = new Path(Math.Max(mtu, Math.Min(SmallestUsed, current)), mtu < SmallestUsed, _stack.Clock.Now + Lifetime);
        _routes.Invalidate();
        if (!_timer.IsArmed)
            _timer.ArmAfter(Lifetime);
    }

    /// <param name="destination">The path's end.</param>
    /// <param name="mtu">The size of a packet that has arrived there.</param>
    /// <param name="linkMtu">What the route says: a path that takes that much is no exception any more.</param>
    public void Raise(in InetAddress destination, int mtu, int linkMtu)
    {
        if (!_paths.TryGetValue(destination, out Path path) || path.Mtu >= mtu)
            return;
        if (mtu >= linkMtu)
            _paths.Remove(destination);
        else
            _paths[destination] = new Path(mtu, false, path.Expires);
        _routes.Invalidate();
    }

    private void EvictOldest()
    {
        InetAddress oldest = default;
        long expires = long.MaxValue;
        foreach ((InetAddress destination, Path path) in _paths)
        {
            if (path.Expires < expires)
                (oldest, expires) = (destination, path.Expires);
        }
        _paths.Remove(oldest);
    }

    private void Expire()
    {
        long now = _stack.Clock.Now, next = long.MaxValue;
        foreach ((InetAddress destination, Path path) in _paths)
        {
            // Removing while enumerating is allowed for a dictionary.
            if (path.Expires <= now)
                _paths.Remove(destination);
            else
                next = Math.Min(next, path.Expires);
        }
        _routes.Invalidate();
        if (next != long.MaxValue)
            _timer.Arm(next);
    }

    private readonly record struct Path(int Mtu, bool MustAllowFragments, long Expires);
}

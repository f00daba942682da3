namespace IoPkt.Stack;

/// <summary>The bound UDP sockets of a stack, by local port.</summary>
internal sealed class UdpSocketTable(NetworkStack stack)
{
    private readonly Dictionary<ushort, List<UdpSocket>> _ports = [];

    public IEnumerable<UdpSocket> Bound => _ports.Values.SelectMany(s => s);

    public void Add(UdpSocket socket, ushort port)
    {
        if (!_ports.TryGetValue(port, out List<UdpSocket>? sockets))
            _ports.Add(port, sockets = []);
        sockets.Add(socket);
    }

    public void Remove(UdpSocket socket, ushort port)
    {
        if (!_ports.TryGetValue(port, out List<UdpSocket>? sockets))
            return;
        sockets.Remove(socket);
        if (sockets.Count == 0)
            _ports.Remove(port);
    }

    /// <summary>The sockets of a port; <c>null</c>: none.</summary>
    public List<UdpSocket>? OfPort(ushort port) => _ports.GetValueOrDefault(port);

    /// <summary>
    /// BSD's rules. Without options a port is taken if any socket has it with an address that overlaps, "any" overlapping all. With SO_REUSEADDR or SO_REUSEPORT only the very same address
    /// counts, and that may be shared when both sockets have SO_REUSEPORT; for a multicast address SO_REUSEADDR means the same.
    /// </summary>
    public bool CanBind(UdpSocket socket, in InetEndpoint local)
    {
        if (OfPort(local.Port) is not { } others)
            return true;
        bool exactOnly = socket.Options.ReuseAddress || socket.Options.ReusePort;
        bool share = socket.Options.ReusePort || (local.Address.IsMulticast && socket.Options.ReuseAddress);
        foreach (UdpSocket other in others)
        {
            if (other == socket || other.Family != socket.Family)
                continue;
            InetAddress taken = other.LocalEndpoint.Address;
            bool same = taken == local.Address;
            bool overlaps = same || (!exactOnly && (taken.IsUnspecified || local.Address.IsUnspecified));
            if (!overlaps)
                continue;
            bool otherShares = other.Options.ReusePort || (local.Address.IsMulticast && other.Options.ReuseAddress);
            if (!(share && otherShares))
                return false;
        }
        return true;
    }

    /// <returns>0 when every port is taken.</returns>
    public ushort ChoosePort(UdpSocket socket, InetAddress local, in InetEndpoint remote) =>
        stack.Ports.Choose(local, remote, port => OfPort(port) is null || CanBindAlone(socket, new InetEndpoint(local, port)));

    /// <summary>The one socket that a unicast datagram is for: connected before bound to the address before bound to any.</summary>
    public UdpSocket? FindBest(in InetEndpoint local, in InetEndpoint remote, NetworkInterface? receiver)
    {
        if (OfPort(local.Port) is not { } sockets)
            return null;
        UdpSocket? best = null;
        int bestScore = -1;
        foreach (UdpSocket socket in sockets)
        {
            int score = socket.Score(local.Address, remote, receiver);
            if (score > bestScore)
                (best, bestScore) = (socket, score);
        }
        return best;
    }

    /// <summary>A port that we choose is never shared, whatever the options say.</summary>
    private bool CanBindAlone(UdpSocket socket, in InetEndpoint local)
    {
        foreach (UdpSocket other in OfPort(local.Port)!)
        {
            if (other.Family == socket.Family)
                return false;
        }
        return true;
    }
}

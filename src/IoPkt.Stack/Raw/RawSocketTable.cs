namespace IoPkt.Stack;

/// <summary>The raw sockets of a stack. Each gets a copy of every packet of its protocol; the copies share the packet's memory.</summary>
internal sealed class RawSocketTable(NetworkStack stack)
{
    private readonly List<RawSocket> _sockets = [];

    public IReadOnlyList<RawSocket> Sockets => _sockets;

    public void Add(RawSocket socket) => _sockets.Add(socket);

    public void Remove(RawSocket socket) => _sockets.Remove(socket);

    /// <returns>Whether a socket wanted the packet, which stays the caller's.</returns>
    public bool Deliver(Mbuf packet, in NetworkHeader header)
    {
        bool taken = false;
        foreach (RawSocket socket in _sockets)
        {
            if (!socket.Wants(packet, header))
                continue;
            taken = true;
            if (packet.CopyRange(0, packet.Packet.Length) is { } copy)
                socket.Receive(copy, header, stack);
        }
        return taken;
    }

    public void ErrorInput(TransportError error, int mtu, in InetAddress source, in InetAddress destination, byte protocol)
    {
        foreach (RawSocket socket in _sockets)
        {
            if (socket.ErrorInput(error, source, destination, protocol) && error == TransportError.MessageTooBig)
                stack.Ipv4.LowerPathMtu(destination, mtu);
        }
    }
}

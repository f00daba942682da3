namespace IoPkt.Stack;

/// <summary>The ping sockets of a stack, by their identifier.</summary>
internal sealed class IcmpSocketTable(NetworkStack stack)
{
    private readonly Dictionary<ushort, IcmpSocket> _sockets = [];

    public IEnumerable<IcmpSocket> Sockets => _sockets.Values;

    /// <returns>Whether the identifier was free; 0 asks for any.</returns>
    public bool TryBind(IcmpSocket socket, ref ushort identifier)
    {
        if (identifier == 0)
        {
            // The whole range will do: an identifier is no port.
            for (int i = 0; i < 65536 && (identifier == 0 || _sockets.ContainsKey(identifier)); i++)
                identifier = (ushort)stack.Random.Next(1, 65536);
        }
        return _sockets.TryAdd(identifier, socket);
    }

    public void Remove(ushort identifier) => _sockets.Remove(identifier);

    /// <summary>Takes an echo reply, from its IP header on. Ownership passes.</summary>
    public void Deliver(Mbuf message, in NetworkHeader header)
    {
        ReadOnlySpan<byte> icmp = message.Span[header.HeaderLength..];
        ushort identifier = (ushort)(icmp[4] << 8 | icmp[5]);
        if (_sockets.TryGetValue(identifier, out IcmpSocket? socket))
            socket.Receive(message, header);
        else
            message.Free();
    }

    /// <returns>Whether a socket of ours sent the request.</returns>
    public bool ErrorInput(TransportError error, in InetAddress destination, ushort identifier) =>
        _sockets.TryGetValue(identifier, out IcmpSocket? socket) && socket.ErrorInput(error, destination);
}

namespace IoPkt.Stack;

/// <summary>TCP (RFC 9293) over any network protocol.</summary>
public sealed class TcpProtocol : ITransportProtocol
{
    public const byte Number = 6;

    private readonly NetworkStack _stack;

    internal TcpProtocol(NetworkStack stack) => _stack = stack;

    public byte Protocol => Number;

    /// <summary>Every socket that exists, listeners and connections in TIME-WAIT included, for netstat.</summary>
    public IEnumerable<TcpSocket> Sockets => throw new NotImplementedException();

    public TcpSocket CreateSocket(AddressFamily family) => new(_stack, family);

    public void Input(Mbuf packet, in NetworkHeader header) => throw new NotImplementedException();

    public void ErrorInput(TransportError error, int mtu, in InetAddress source, in InetAddress destination, ReadOnlySpan<byte> quoted) =>
        throw new NotImplementedException();

    public void Flush()
    {
    }
}

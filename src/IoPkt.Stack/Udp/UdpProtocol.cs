namespace IoPkt.Stack;

/// <summary>UDP (RFC 768) over any network protocol.</summary>
public sealed class UdpProtocol : ITransportProtocol
{
    public const byte Number = 17;

    private readonly NetworkStack _stack;

    internal UdpProtocol(NetworkStack stack) => _stack = stack;

    public byte Protocol => Number;

    /// <summary>Every UDP socket, for netstat.</summary>
    public IEnumerable<DatagramSocket> Sockets => throw new NotImplementedException();

    public DatagramSocket CreateSocket(AddressFamily family) => throw new NotImplementedException($"{_stack} {family}");

    public void Input(Mbuf packet, in NetworkHeader header) => throw new NotImplementedException();

    public void ErrorInput(TransportError error, int mtu, in InetAddress source, in InetAddress destination, ReadOnlySpan<byte> quoted) =>
        throw new NotImplementedException();

    public void Flush()
    {
    }
}

namespace IoPkt.Stack;

/// <summary>IPv4 (RFC 791) with the host requirements of RFC 1122.</summary>
public sealed class Ipv4Protocol : INetworkProtocol
{
    private readonly NetworkStack _stack;

    internal Ipv4Protocol(NetworkStack stack) => _stack = stack;

    public AddressFamily Family => AddressFamily.Inet;

    public ushort EtherType => 0x0800;

    public int HeaderLength => 20;

    public RouteTable Routes { get; } = new();

    /// <summary>A raw socket (<c>SOCK_RAW</c>) for one protocol number; also ICMP's datagram sockets, as Linux has them.</summary>
    public RawSocket CreateRawSocket(byte protocol) => new(_stack, protocol);

    /// <summary>Every raw socket, for netstat.</summary>
    public IEnumerable<RawSocket> RawSockets => throw new NotImplementedException();

    public void Input(NetworkInterface receiver, Mbuf packet) => throw new NotImplementedException();

    public Errno Output(Mbuf packet, in SendParameters parameters, RouteCache cache) => throw new NotImplementedException();

    public Errno FindRoute(in InetAddress destination, NetworkInterface? bound, RouteCache cache) => throw new NotImplementedException();

    public void SendError(Mbuf packet, in NetworkHeader header, TransportError error) => throw new NotImplementedException();

    public void UpdatePathMtu(in InetAddress destination, int mtu) => throw new NotImplementedException();

    public bool IsLocal(in InetAddress address) => throw new NotImplementedException();

    public void AddressAdded(NetworkInterface changed, InterfaceAddress address) => throw new NotImplementedException();

    public void AddressRemoved(NetworkInterface changed, InterfaceAddress address) => throw new NotImplementedException();

    public void InterfaceChanged(NetworkInterface changed) => throw new NotImplementedException();

    public Errno JoinGroup(NetworkInterface member, in InetAddress group) => throw new NotImplementedException();

    public Errno LeaveGroup(NetworkInterface member, in InetAddress group) => throw new NotImplementedException();
}

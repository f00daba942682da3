namespace IoPkt.Stack;

/// <summary>A raw IP socket: receives a copy of every packet of its protocol, from the IP header on.</summary>
public sealed class RawSocket : DatagramSocket
{
    internal RawSocket(NetworkStack stack, byte protocol)
        : base(stack, AddressFamily.Inet, SocketType.Raw, protocol)
    {
    }

    /// <summary>IP_HDRINCL: sent packets begin with their own IP header.</summary>
    public bool HeaderIncluded { get; set; }

    /// <summary>ICMP_FILTER: bit n set drops ICMP type n.</summary>
    public uint IcmpFilter { get; set; }

    public override Errno Bind(in InetEndpoint local) => throw new NotImplementedException();

    public override Errno Connect(in InetEndpoint remote) => throw new NotImplementedException();

    public override Errno Shutdown(SocketShutdown how) => throw new NotImplementedException();

    public override void Close() => throw new NotImplementedException();

    public override Errno Send(Mbuf payload, InetEndpoint? destination = null, InetAddress? source = null) => throw new NotImplementedException();

    public override Errno SetMembership(in InetAddress group, NetworkInterface? member, bool join) => throw new NotImplementedException();
}

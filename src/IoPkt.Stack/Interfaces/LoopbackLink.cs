namespace IoPkt.Stack;

/// <summary>lo0: what is sent comes back as received, in the next batch.</summary>
internal sealed class LoopbackLink : ILinkLayer, IInterfaceOutput
{
    public int HeaderLength => 0;

    public static NetworkInterface Attach(NetworkStack stack) => throw new NotImplementedException();

    public void Input(Mbuf frame) => throw new NotImplementedException();

    public Errno Output(Mbuf packet, ushort etherType, in InetAddress nextHop) => throw new NotImplementedException();

    public void AddressAdded(InterfaceAddress address)
    {
    }

    public void AddressRemoved(InterfaceAddress address)
    {
    }

    public void Flush()
    {
    }

    public void Transmit(ref MbufQueue frames) => throw new NotImplementedException();
}

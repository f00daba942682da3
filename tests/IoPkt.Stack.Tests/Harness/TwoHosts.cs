namespace IoPkt.Stack.Tests.Harness;

/// <summary>The usual beginning of a test: 10.0.0.1 and 10.0.0.2 on one wire.</summary>
internal sealed class TwoHosts : IDisposable
{
    public TwoHosts(int mtu = 1500, DeviceCapabilities capabilities = DeviceCapabilities.None)
    {
        Wire = Network.AddWire();
        A = Network.AddHost();
        B = Network.AddHost();
        PortA = A.Connect(Wire, "10.0.0.1/24", mtu, capabilities);
        PortB = B.Connect(Wire, "10.0.0.2/24", mtu, capabilities);
    }

    public TestNetwork Network { get; } = new();

    public TestWire Wire { get; }

    public TestHost A { get; }

    public TestHost B { get; }

    public TestPort PortA { get; }

    public TestPort PortB { get; }

    /// <summary>Lets the address probes pass, so that the wire is quiet.</summary>
    public TwoHosts Quiet()
    {
        Network.Run(20);
        return this;
    }

    public static byte[] Bytes(int length, int seed = 1)
    {
        byte[] data = new byte[length];
        new Random(seed).NextBytes(data);
        return data;
    }

    public static byte[] Take(DatagramSocket socket)
    {
        if (!socket.TryReceive(out Datagram datagram))
            throw new InvalidOperationException("nothing was received");
        return Take(datagram.Payload);
    }

    public static byte[] Take(Mbuf packet)
    {
        byte[] data = new byte[packet.Packet.Length];
        packet.CopyTo(0, data);
        packet.Free();
        return data;
    }

    public void Dispose() => Network.Dispose();
}

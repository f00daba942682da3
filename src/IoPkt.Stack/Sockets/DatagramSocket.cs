namespace IoPkt.Stack;

/// <summary>What UDP and raw sockets have in common: a bounded queue of received datagrams, and sending one datagram at a time.</summary>
public abstract class DatagramSocket : InetSocket
{
    private readonly Queue<Datagram> _received = new();

    protected DatagramSocket(NetworkStack stack, AddressFamily family, SocketType type, byte protocol)
        : base(stack, family, type, protocol)
    {
    }

    /// <summary>Datagrams waiting.</summary>
    public int ReceiveCount => _received.Count;

    /// <summary>Bytes of memory that the waiting datagrams hold; limited by <see cref="SocketOptions.ReceiveBuffer"/>.</summary>
    public int ReceiveQueued { get; private set; }

    /// <summary>Datagrams dropped because the queue was full.</summary>
    public long ReceiveDrops { get; private set; }

    /// <summary>Takes the first waiting datagram; its payload becomes the caller's.</summary>
    public bool TryReceive(out Datagram datagram)
    {
        if (!_received.TryDequeue(out datagram))
            return false;
        ReceiveQueued -= Charge(datagram.Payload);
        return true;
    }

    /// <summary>Sends one datagram. Ownership of the payload passes, also on an error.</summary>
    /// <param name="payload">The data; for a raw socket that includes headers, with the IP header too.</param>
    /// <param name="destination">Where to; <c>null</c>: the connected peer.</param>
    /// <param name="source">The address to send from (IP_PKTINFO); <c>null</c>: as bound or routed.</param>
    public abstract Errno Send(Mbuf payload, InetEndpoint? destination = null, InetAddress? source = null);

    /// <summary>Joins (or leaves) a multicast group on an interface; <c>null</c>: the one the route says.</summary>
    public abstract Errno SetMembership(in InetAddress group, NetworkInterface? member, bool join);

    /// <returns>Whether there was room; if not, the payload has been freed and counted.</returns>
    protected bool Enqueue(in Datagram datagram)
    {
        int charge = Charge(datagram.Payload);
        // Datagrams that nobody reads mustn't take the last of the pool from those who could go on with it.
        if (ReceiveQueued + charge > Options.ReceiveBuffer || (ReceiveQueued > 0 && Stack.Pool.Pressure >= PoolPressure.Critical))
        {
            ReceiveDrops++;
            datagram.Payload.Free();
            return false;
        }
        ReceiveQueued += charge;
        _received.Enqueue(datagram);
        Notify(SocketEvents.Readable);
        return true;
    }

    protected void FreeReceived()
    {
        while (TryReceive(out Datagram datagram))
            datagram.Payload.Free();
    }

    private static int Charge(Mbuf packet)
    {
        int total = 0;
        for (Mbuf? m = packet; m is not null; m = m.Next)
            total += m.StorageSize;
        return total;
    }
}

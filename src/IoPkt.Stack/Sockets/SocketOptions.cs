namespace IoPkt.Stack;

/// <summary>The options that any socket has; those of one protocol are on its socket class.</summary>
public class SocketOptions
{
    /// <summary>Bytes of a buffer, where no setting says otherwise.</summary>
    internal const int DefaultSpace = 256 * 1024;

    public SocketOptions()
        : this(DefaultSpace, DefaultSpace)
    {
    }

    internal SocketOptions(int sendBuffer, int receiveBuffer)
    {
        SendBuffer = sendBuffer;
        ReceiveBuffer = receiveBuffer;
        IsSendBufferFixed = IsReceiveBufferFixed = false;
    }

    public bool ReuseAddress { get; set; }

    public bool ReusePort { get; set; }

    public bool Broadcast { get; set; }

    public bool KeepAlive { get; set; }

    public bool DontRoute { get; set; }

    /// <summary>SO_LINGER: <c>null</c> is off; zero makes close a reset.</summary>
    public TimeSpan? Linger { get; set; }

    /// <summary>SO_BINDTODEVICE: receives and sends by this interface only.</summary>
    public NetworkInterface? Device { get; set; }

    /// <summary>Bytes that wait for the user before more are refused (UDP) or the window closes (TCP).</summary>
    public int ReceiveBuffer
    {
        get;
        set
        {
            field = value;
            IsReceiveBufferFixed = true;
        }
    }

    /// <summary>The user has set <see cref="ReceiveBuffer"/>, so it isn't tuned.</summary>
    public bool IsReceiveBufferFixed { get; private set; }

    public int SendBuffer
    {
        get;
        set
        {
            field = value;
            IsSendBufferFixed = true;
        }
    }

    /// <summary>The user has set <see cref="SendBuffer"/>, so it isn't tuned.</summary>
    public bool IsSendBufferFixed { get; private set; }

    /// <summary>SO_MAX_PACING_RATE, bytes a second: TCP sends no faster; 0: no limit.</summary>
    public long MaximumPacingRate { get; set; }

    /// <summary>Unicast time to live or hop limit; 0: the stack's default.</summary>
    public byte Ttl { get; set; }

    public byte TrafficClass { get; set; }

    /// <summary>Forbids fragmentation of what is sent (IP_MTU_DISCOVER). TCP always does, unless <see cref="MayFragment"/>.</summary>
    public bool DontFragment { get; set; }

    /// <summary>Of TCP: this connection discovers no path MTU, and routers cut its packets up (IP_PMTUDISC_DONT).</summary>
    public bool MayFragment { get; set; }

    /// <summary>IP_FREEBIND: the socket may be bound to an address that the host doesn't have, or not yet.</summary>
    public bool FreeBind { get; set; }

    public byte MulticastTtl { get; set; } = 1;

    public bool MulticastLoop { get; set; } = true;

    public NetworkInterface? MulticastInterface { get; set; }

    /// <summary>What an accepted connection begins with.</summary>
    internal SocketOptions Clone() => (SocketOptions)MemberwiseClone();
}

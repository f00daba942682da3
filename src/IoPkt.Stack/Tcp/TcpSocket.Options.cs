namespace IoPkt.Stack;

/// <summary>The options of level IPPROTO_TCP.</summary>
public sealed partial class TcpSocket
{
    /// <summary>TCP_NODELAY: small segments don't wait for acknowledgements. Turning it on also sends what <see cref="Cork"/> holds, once.</summary>
    public bool NoDelay
    {
        get;
        set
        {
            field = value;
            if (value)
                Connection?.Push();
        }
    }

    /// <summary>TCP_CORK: only full segments are sent, until it's taken off, or for 200 ms.</summary>
    public bool Cork
    {
        get;
        set
        {
            field = value;
            Connection?.Reconsider();
        }
    }

    /// <summary>TCP_QUICKACK: acknowledgements aren't delayed.</summary>
    public bool QuickAck
    {
        get;
        set
        {
            field = value;
            if (value)
                Connection?.RequestQuickAcks();
        }
    }

    /// <summary>SO_KEEPALIVE. Setting it here, rather than in <see cref="InetSocket.Options"/>, starts the timer of an existing connection.</summary>
    public bool KeepAlive
    {
        get => Options.KeepAlive;
        set
        {
            Options.KeepAlive = value;
            Connection?.RestartKeepAlive();
        }
    }

    /// <summary>SO_SNDBUF. Setting it here, rather than in <see cref="InetSocket.Options"/>, is noticed at once: the user is told when there's room after a smaller buffer had none.</summary>
    public int SendBuffer
    {
        get => Options.SendBuffer;
        set
        {
            Options.SendBuffer = value;
            Connection?.NoteSendSpace();
        }
    }

    /// <summary>TCP_KEEPIDLE: silence before the first probe.</summary>
    public TimeSpan KeepAliveIdle
    {
        get;
        set
        {
            field = value;
            Connection?.RestartKeepAlive();
        }
    }

    /// <summary>TCP_KEEPINTVL: time between probes.</summary>
    public TimeSpan KeepAliveInterval { get; set; }

    /// <summary>TCP_KEEPCNT: unanswered probes before the connection is given up.</summary>
    public int KeepAliveCount { get; set; }

    /// <summary>TCP_SYNCNT: how often a SYN is sent again before connecting fails.</summary>
    public int SynRetries { get; set; }

    /// <summary>TCP_LINGER2: how long FIN-WAIT-2 lasts when nobody uses the connection any more; <c>null</c>: the stack's time; zero or less: it doesn't.</summary>
    public TimeSpan? FinWait2Timeout { get; set; }

    /// <summary>TCP_USER_TIMEOUT: how long data may be unacknowledged before the connection is given up; zero: the stack's own limit.</summary>
    public TimeSpan UserTimeout { get; set; }

    /// <summary>TCP_DEFER_ACCEPT, of a listener: connections are accepted when their first data come, or after this time; zero: at once.</summary>
    public TimeSpan DeferAccept { get; set; }

    /// <summary>TCP_MAXSEG: a limit on segments both ways, to be set before the connection is made; 0: none.</summary>
    public int MaximumSegment { get; set; }

    /// <summary>TCP_CONGESTION</summary>
    public string CongestionControl { get; private set; } = "";

    /// <summary>TCP_TIMESTAMP: what the connection's timestamp clock says; without a connection, milliseconds.</summary>
    public uint Timestamp => TcpConnection.TimestampNow(Stack.Clock, IsBound && RemoteEndpoint.Port != 0 ? _tcp.Isn.TimestampOffset(LocalEndpoint, RemoteEndpoint) : 0);

    /// <summary>TCP_WINDOW_CLAMP: the most bytes of window that are offered.</summary>
    public int WindowClamp { get; set; } = int.MaxValue;

    /// <summary>TCP_NOTSENT_LOWAT: the most bytes that may wait in the send buffer for their first transmission.</summary>
    public int NotSentLowWater
    {
        get;
        set
        {
            field = value;
            Connection?.NoteSendSpace();
        }
    }

    /// <summary>TCP_FASTOPEN, of a listener: connections opened by data in a SYN whose handshakes may be incomplete; 0: none.</summary>
    public int FastOpenQueue { get; set; }

    /// <summary>TCP_FASTOPEN_NO_COOKIE: of a listener, that data in a SYN are taken from anybody; when connecting, that the SYN carries data also where no cookie is known.</summary>
    public bool FastOpenWithoutCookie { get; set; }

    /// <summary>TCP_FASTOPEN_KEY: a listener's own key for its cookies; <c>null</c>: the stack's, which change each day.</summary>
    public FastOpenKey? FastOpenKey { get; set; }

    /// <summary>The key before that one: its cookies are still taken.</summary>
    public FastOpenKey? FastOpenBackupKey { get; set; }

    /// <summary>
    /// TCP_FASTOPEN_CONNECT: with a cookie, <see cref="Connect"/> succeeds at once, and the SYN carries the first data; without, the handshake asks for one.
    /// </summary>
    public bool FastOpenConnect { get; set; }

    /// <returns><see cref="Errno.NoEntry"/> when no algorithm has that name.</returns>
    public Errno SetCongestionControl(string name)
    {
        if (CongestionControls.Find(name) is not { } found)
            return Errno.NoEntry;
        CongestionControl = found;
        Connection?.SetCongestionControl(found);
        return Errno.None;
    }

    private void InitializeOptions()
    {
        KeepAliveIdle = _tcp.Settings.KeepAliveIdle;
        KeepAliveInterval = _tcp.Settings.KeepAliveInterval;
        KeepAliveCount = _tcp.Settings.KeepAliveCount;
        SynRetries = _tcp.Settings.SynRetries;
        CongestionControl = _tcp.Settings.CongestionControl;
    }

    private void CopyOptions(TcpSocket other)
    {
        NoDelay = other.NoDelay;
        Cork = other.Cork;
        QuickAck = other.QuickAck;
        KeepAliveIdle = other.KeepAliveIdle;
        KeepAliveInterval = other.KeepAliveInterval;
        KeepAliveCount = other.KeepAliveCount;
        UserTimeout = other.UserTimeout;
        SynRetries = other.SynRetries;
        FinWait2Timeout = other.FinWait2Timeout;
        WindowClamp = other.WindowClamp;
        NotSentLowWater = other.NotSentLowWater;
        MaximumSegment = other.MaximumSegment;
        CongestionControl = other.CongestionControl;
    }
}

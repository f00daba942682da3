namespace IoPkt.Wire.Sockets;

/// <summary>Levels of socket options and control messages: Linux's numbers.</summary>
public static class LinuxLevels
{
    public const int Ip = 0;
    public const int Socket = 1;
    public const int Tcp = 6;
    public const int Raw = 255;
}

/// <summary>SOL_SOCKET's options.</summary>
public static class LinuxSocketOptions
{
    public const int Debug = 1;
    public const int ReuseAddress = 2;
    public const int Type = 3;
    public const int Error = 4;
    public const int DontRoute = 5;
    public const int Broadcast = 6;
    public const int SendBuffer = 7;
    public const int ReceiveBuffer = 8;
    public const int KeepAlive = 9;
    public const int Priority = 12;
    public const int Linger = 13;
    public const int ReusePort = 15;
    public const int ReceiveLowWater = 18;
    public const int SendLowWater = 19;
    public const int BindToDevice = 25;
    public const int Timestamp = 29;
    public const int AcceptConnections = 30;
    public const int SendBufferForce = 32;
    public const int ReceiveBufferForce = 33;
    public const int TimestampNanoseconds = 35;
    public const int Mark = 36;
    public const int Protocol = 38;
    public const int Domain = 39;
    public const int MaximumPacingRate = 47;
}

/// <summary>IPPROTO_IP's options; some are control messages as well.</summary>
public static class LinuxIpOptions
{
    public const int Tos = 1;
    public const int Ttl = 2;
    public const int HeaderIncluded = 3;
    public const int PacketInfo = 8;
    public const int MtuDiscover = 10;
    public const int ReceiveError = 11;
    public const int ReceiveTtl = 12;
    public const int ReceiveTos = 13;
    public const int Mtu = 14;
    public const int FreeBind = 15;
    public const int BindAddressNoPort = 24;
    public const int MulticastInterface = 32;
    public const int MulticastTtl = 33;
    public const int MulticastLoop = 34;
    public const int AddMembership = 35;
    public const int DropMembership = 36;
    public const int MulticastAll = 49;
}

/// <summary>IPPROTO_TCP's options.</summary>
public static class LinuxTcpOptions
{
    public const int NoDelay = 1;
    public const int MaximumSegment = 2;
    public const int Cork = 3;
    public const int KeepIdle = 4;
    public const int KeepInterval = 5;
    public const int KeepCount = 6;
    public const int SynCount = 7;
    public const int Linger2 = 8;
    public const int DeferAccept = 9;
    public const int WindowClamp = 10;
    public const int Info = 11;
    public const int QuickAck = 12;
    public const int Congestion = 13;
    public const int UserTimeout = 18;
    public const int Repair = 19;
    public const int FastOpen = 23;
    public const int Timestamp = 24;
    public const int NotSentLowWater = 25;
    public const int CongestionInfo = 26;
    public const int FastOpenConnect = 30;
    public const int FastOpenKey = 33;
    public const int FastOpenNoCookie = 34;
}

/// <summary>Options of raw sockets.</summary>
public static class LinuxRawOptions
{
    public const int IcmpFilter = 1;
}

/// <summary>What may be asked for at least with SO_RCVBUF and SO_SNDBUF: SOCK_MIN_RCVBUF and SOCK_MIN_SNDBUF, halved.</summary>
public static class LinuxBufferLimits
{
    public const int LeastReceive = 1152;

    public const int LeastSend = 2304;
}

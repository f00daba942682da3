namespace IoPkt.Daemon.Sockets.Native;

/// <summary>Linux's numbers for the calls in <see cref="Libc"/>; the same on every architecture that .NET runs on.</summary>
internal static class Constants
{
    public const int AfUnix = 1;
    public const int SockStream = 1;
    public const int SockSeqPacket = 5;
    public const int SockNonBlock = 0x800;
    public const int SockCloseOnExec = 0x80000;

    public const int MsgOutOfBand = 0x1;
    public const int MsgPeek = 0x2;
    public const int MsgControlTruncated = 0x8;
    public const int MsgTruncated = 0x20;
    public const int MsgDontWait = 0x40;
    public const int MsgNoSignal = 0x4000;
    public const int MsgCloseOnExec = 0x40000000;

    public const int SolSocket = 1;
    public const int ScmRights = 1;
    public const int SoOutOfBandInline = 10;
    public const int SoPeerCred = 17;
    public const int SoDomain = 39;
    public const int SoPassRights = 83;

    public const int ShutRead = 0;
    public const int ShutWrite = 1;
    public const int ShutBoth = 2;

    /// <summary>Bytes that were written and that the other end hasn't taken yet.</summary>
    public const uint SiocOutQ = 0x5411;

    /// <summary>Bytes that can be read.</summary>
    public const uint SiocInQ = 0x541b;

    /// <summary>Whether the next byte is the one that was sent with MSG_OOB.</summary>
    public const uint SiocAtMark = 0x8905;

    public const int AtEmptyPath = 0x1000;
    public const uint StatXInode = 0x100;

    public const int LimitNoFile = 7;

    /// <summary>Bytes in <c>sockaddr_un.sun_path</c>.</summary>
    public const int UnixPathLength = 108;
}

namespace IoPkt.Stack;

/// <summary>What <c>sysctl net.inet.tcp</c> shows and sets, for one stack. A new setting needs its line in <see cref="TcpSysctl"/>, too.</summary>
public sealed class TcpSettings
{
    /// <summary><c>congctl.selected</c>: the algorithm of new connections.</summary>
    public string CongestionControl { get; set; } = CongestionControls.Default;

    /// <summary><c>mssdflt</c>: assumed when the peer sends no MSS option and isn't on a known path (RFC 9293, section 3.7.1).</summary>
    public int DefaultMaximumSegment { get; set; } = 536;

    /// <summary><c>minmss</c>: the least that an ICMP message or a peer's option can lower the segment to.</summary>
    public int MinimumMaximumSegment { get; set; } = 216;

    /// <summary><c>pmtud_blackhole_detection</c>: routers that drop large packets without a word are found by what arrives (RFC 4821).</summary>
    public bool BlackHoleDetection { get; set; } = true;

    /// <summary><c>sack.enable</c></summary>
    public bool Sack { get; set; } = true;

    /// <summary><c>ecn</c>: RFC 3168. As on Linux, it's used when the peer asks: a server's users choose, and no connection of ours meets a box that drops what it doesn't know.</summary>
    public EcnMode Ecn { get; set; } = EcnMode.Passive;

    /// <summary><c>timestamps</c>, a part of <c>rfc1323</c>.</summary>
    public bool Timestamps { get; set; } = true;

    /// <summary><c>tolerate_missing_ts</c>: against RFC 7323, section 3.2, segments without the timestamps that were agreed on are taken; something on the path removes them.</summary>
    public bool ToleratesMissingTimestamps { get; set; }

    /// <summary><c>win_scale</c>, a part of <c>rfc1323</c>.</summary>
    public bool WindowScaling { get; set; } = true;

    /// <summary><c>keepidle</c></summary>
    public TimeSpan KeepAliveIdle { get; set; } = TimeSpan.FromHours(2);

    /// <summary><c>keepintvl</c></summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(75);

    /// <summary><c>keepcnt</c></summary>
    public int KeepAliveCount { get; set; } = 8;

    /// <summary>Twice the maximum segment lifetime: how long TIME-WAIT lasts.</summary>
    public TimeSpan TimeWait { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection that nobody uses any more waits for the peer's FIN.</summary>
    public TimeSpan FinWait2 { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Connections that may go on without a user. One more is reset when it's closed.</summary>
    public int MaximumOrphans { get; set; } = 16384;

    /// <summary>Timeouts, or probes of a closed window, in a row after which such a connection ends.</summary>
    public int OrphanRetries { get; set; } = 8;

    /// <summary>Connections that may be in TIME-WAIT. For one more the oldest ends early.</summary>
    public int MaximumTimeWaits { get; set; } = 65536;

    /// <summary><c>syncookies</c>: requests that are answered with SYN cookies (RFC 4987, section 3.6).</summary>
    public SynCookieUse SynCookies { get; set; } = SynCookieUse.WhenQueueIsFull;

    /// <summary>The longest that an acknowledgement is delayed. RFC 9293, section 3.8.6.3: "MUST be less than 0.5 seconds".</summary>
    public TimeSpan DelayedAck { get; set; } = TimeSpan.FromMilliseconds(40);

    /// <summary>The least retransmission timeout.</summary>
    public TimeSpan MinimumTimeout { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The greatest retransmission timeout and interval of window probes.</summary>
    public TimeSpan MaximumTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How often a SYN is sent again before connecting fails. RFC 9293, section 3.8.3 (MUST-23): "R2 for a SYN segment MUST be set large enough to provide retransmission of
    /// the segment for at least 3 minutes".
    /// </summary>
    public int SynRetries { get; set; } = 7;

    /// <summary>How often a SYN-ACK is sent again before the half-open connection is forgotten.</summary>
    public int SynAckRetries { get; set; } = 5;

    /// <summary>Timeouts in a row, without an answer, after which a connection fails: R2 of RFC 9293, section 3.8.3.</summary>
    public int Retries { get; set; } = 15;

    /// <summary><c>idle_restart</c>: RFC 5681, section 4.1.</summary>
    public bool RestartsAfterIdle { get; set; } = true;

    /// <summary><c>minburst</c>: segments that leave in one piece at least. More of them save work, fewer let other traffic in between.</summary>
    public int MinimumBurst { get; set; } = 2;

    /// <summary><c>notsent_lowat</c>, in bytes: the sockets' <see cref="TcpSocket.NotSentLowWater"/> where they have none.</summary>
    public int NotSentLowWater { get; set; } = int.MaxValue;

    /// <summary><c>recvspace</c>: a new connection's receive buffer, in bytes.</summary>
    public int ReceiveSpace { get; set; } = SocketOptions.DefaultSpace;

    /// <summary><c>sendspace</c>: a new connection's send buffer, in bytes.</summary>
    public int SendSpace { get; set; } = SocketOptions.DefaultSpace;

    /// <summary><c>recvbuf_auto</c>: buffers grow to what the path can hold.</summary>
    public bool ReceiveBufferAutotuning { get; set; } = true;

    /// <summary><c>sendbuf_auto</c></summary>
    public bool SendBufferAutotuning { get; set; } = true;

    /// <summary><c>recvbuf_max</c>, in bytes. It decides the window scale that's offered.</summary>
    public int MaximumReceiveBuffer { get; set; } = 6 * 1024 * 1024;

    /// <summary><c>sendbuf_max</c>, in bytes.</summary>
    public int MaximumSendBuffer { get; set; } = 6 * 1024 * 1024;

    /// <summary><c>fastopen</c></summary>
    public FastOpenSettings FastOpen { get; } = new();

    /// <summary><c>rstppslimit</c>: resets sent a second, on average, in answer to segments of no connection.</summary>
    public int ResetsPerSecond { get; set; } = 100;

    /// <summary>Challenge acknowledgements a second, on average (RFC 5961, section 7).</summary>
    public int ChallengeAcksPerSecond { get; set; } = 1000;
}

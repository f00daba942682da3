namespace IoPkt.Stack;

/// <summary><see cref="TcpSettings"/> by name: <c>sysctl net.inet.tcp</c>. Names and units are NetBSD's where NetBSD has the setting.</summary>
internal static class TcpSysctl
{
    private const int LargestSegment = ushort.MaxValue - 40, LargestBuffer = 1 << 30;
    private const int Minute = 60_000, Hour = 60 * Minute;

    private static readonly TimeSpan HalfSecond = TimeSpan.FromMilliseconds(500), Millisecond = TimeSpan.FromMilliseconds(1);

    public static void Add(SysctlTree tree, TcpProtocol tcp)
    {
        TcpSettings s = tcp.Settings;
        SysctlGroup t = tree.Group("net.inet.tcp");
        t.Choice("congctl.selected", "Congestion control of new connections", () => s.CongestionControl, v => s.CongestionControl = v, () => tcp.AvailableCongestionControls,
            CongestionControls.Find);
        t.ReadOnly("congctl.available", "Congestion controls that there are", () => string.Join(' ', tcp.AvailableCongestionControls));
        t.Number("mssdflt", "Segment size where the peer says none, in bytes", () => s.DefaultMaximumSegment, v => s.DefaultMaximumSegment = v, 32, LargestSegment);
        t.Number("minmss", "The least segment size that a peer or an ICMP message can bring about, in bytes", () => s.MinimumMaximumSegment, v => s.MinimumMaximumSegment = v, 32, LargestSegment);
        t.Flag("pmtud_blackhole_detection", "Routers that drop large packets without a word are found by what arrives (RFC 4821)", () => s.BlackHoleDetection, v => s.BlackHoleDetection = v);
        t.Flag("sack.enable", "Selective acknowledgements (RFC 2018)", () => s.Sack, v => s.Sack = v);
        t.Number("ecn.enable", "Explicit congestion notification (RFC 3168): 0 never, 1 also when connecting, 2 when a peer asks", () => (int)s.Ecn, v => s.Ecn = (EcnMode)v, 0, 2);
        t.Flag("rfc1323", "Window scaling and timestamps together", () => s.WindowScaling && s.Timestamps, v => s.WindowScaling = s.Timestamps = v);
        t.Flag("win_scale", "Window scaling (RFC 7323)", () => s.WindowScaling, v => s.WindowScaling = v);
        t.Flag("timestamps", "Timestamps (RFC 7323)", () => s.Timestamps, v => s.Timestamps = v);
        t.Flag("tolerate_missing_ts", "Segments without the timestamps that were agreed on are taken all the same", () => s.ToleratesMissingTimestamps, v => s.ToleratesMissingTimestamps = v);
        t.Time("keepidle", "Idle time before keep-alive probes, in half-seconds", HalfSecond, () => s.KeepAliveIdle, v => s.KeepAliveIdle = v, 1, 65534);
        t.Time("keepintvl", "Time between keep-alive probes, in half-seconds", HalfSecond, () => s.KeepAliveInterval, v => s.KeepAliveInterval = v, 1, 65534);
        t.Number("keepcnt", "Keep-alive probes without an answer that end a connection", () => s.KeepAliveCount, v => s.KeepAliveCount = v, 1, 127);
        t.Time("msl", "Maximum segment lifetime, half of TIME-WAIT, in half-seconds", 2 * HalfSecond, () => s.TimeWait, v => s.TimeWait = v, 1, 240);
        t.Time("finwait2_timeout", "How long an orphan waits for the peer's FIN, in ms", Millisecond, () => s.FinWait2, v => s.FinWait2 = v, 1, Hour);
        t.Number("orphans_max", "Connections that may go on when nobody uses them", () => s.MaximumOrphans, v => s.MaximumOrphans = v, 0, int.MaxValue);
        t.Number("orphan_retries", "Timeouts or window probes in a row that end such a connection", () => s.OrphanRetries, v => s.OrphanRetries = v, 1, 127);
        t.Number("timewait_max", "Connections that may be in TIME-WAIT", () => s.MaximumTimeWaits, v => s.MaximumTimeWaits = v, 1, int.MaxValue);
        t.Number("syncookies", "SYN cookies (RFC 4987): 0 never, 1 when the SYN queue is full, 2 always", () => (int)s.SynCookies, v => s.SynCookies = (SynCookieUse)v, 0, 2);
        t.Time("delacktime", "The longest that an acknowledgement is delayed, in ms", Millisecond, () => s.DelayedAck, v => s.DelayedAck = v, 0, 499);
        t.Time("rexmit_min", "The least retransmission timeout, in ms", Millisecond, () => s.MinimumTimeout, v => s.MinimumTimeout = v, 1, Minute);
        t.Time("rexmit_max", "The greatest retransmission timeout, in ms", Millisecond, () => s.MaximumTimeout, v => s.MaximumTimeout = v, 1000, Hour);
        t.Number("syn_retries", "How often a SYN is sent again before connecting fails", () => s.SynRetries, v => s.SynRetries = v, 1, 127);
        t.Number("synack_retries", "How often a SYN-ACK is sent again before a half-open connection is forgotten", () => s.SynAckRetries, v => s.SynAckRetries = v, 1, 127);
        t.Flag("fastopen.client_enable", "TCP Fast Open (RFC 7413) when connecting, for sockets that ask for it; 0 also forgets all cookies", () => s.FastOpen.Client, tcp.EnableFastOpen);
        t.Flag("fastopen.server_enable", "TCP Fast Open for listeners that ask for it", () => s.FastOpen.Server, v => s.FastOpen.Server = v);
        t.Flag("fastopen.all_listeners", "TCP Fast Open also for listeners that don't ask for it", () => s.FastOpen.AllListeners, v => s.FastOpen.AllListeners = v);
        t.Flag("fastopen.cookieless", "Data in SYNs where no cookie is known", () => s.FastOpen.WithoutCookie, v => s.FastOpen.WithoutCookie = v);
        t.Flag("fastopen.acceptany", "Data in SYNs are taken without a cookie", () => s.FastOpen.AcceptAny, v => s.FastOpen.AcceptAny = v);
        t.Secret("fastopen.key", "The key of Fast Open's cookies, and the one before it: four words of hexadecimal digits each, as on Linux", () => s.FastOpen.Key is not null,
            text => s.FastOpen.TrySetKeys(text) ? null : "XXXXXXXX-XXXXXXXX-XXXXXXXX-XXXXXXXX is needed, or two of that with a comma between, or nothing");
        t.Flag("idle_restart", "The congestion window restarts after an idle time (RFC 5681, section 4.1)", () => s.RestartsAfterIdle, v => s.RestartsAfterIdle = v);
        t.Number("minburst", "Segments that leave in one piece at least, however slow the path", () => s.MinimumBurst, v => s.MinimumBurst = v, 1, 64);
        t.Number("notsent_lowat", "Bytes not yet sent beyond which a socket isn't writable", () => s.NotSentLowWater, v =>
        {
            s.NotSentLowWater = v;
            tcp.NoteSendSpace();
        }, 1, int.MaxValue);
        t.Number("retries", "Timeouts in a row that end a connection (R2 of RFC 9293)", () => s.Retries, v => s.Retries = v, 1, 127);
        t.Flag("recvbuf_auto", "Receive buffers grow to what the path can hold", () => s.ReceiveBufferAutotuning, v => s.ReceiveBufferAutotuning = v);
        t.Number("recvbuf_max", "The largest receive buffer so made, in bytes", () => s.MaximumReceiveBuffer, v => s.MaximumReceiveBuffer = v, 4096, LargestBuffer);
        t.Number("recvspace", "A new connection's receive buffer, in bytes", () => s.ReceiveSpace, v => s.ReceiveSpace = v, 4096, LargestBuffer);
        t.Flag("sendbuf_auto", "Send buffers grow to what the path can hold", () => s.SendBufferAutotuning, v =>
        {
            s.SendBufferAutotuning = v;
            tcp.NoteSendSpace();
        });
        t.Number("sendbuf_max", "The largest send buffer so made, in bytes", () => s.MaximumSendBuffer, v =>
        {
            s.MaximumSendBuffer = v;
            tcp.NoteSendSpace();
        }, 4096, LargestBuffer);
        t.Number("sendspace", "A new connection's send buffer, in bytes", () => s.SendSpace, v => s.SendSpace = v, 4096, LargestBuffer);
        t.Number("rstppslimit", "Resets a second, on average, in answer to segments of no connection", () => s.ResetsPerSecond, v => s.ResetsPerSecond = v, 0, int.MaxValue);
        t.Number("challengeackppslimit", "Challenge acknowledgements a second, on average (RFC 5961)", () => s.ChallengeAcksPerSecond, v => s.ChallengeAcksPerSecond = v, 0, 1_000_000);
    }
}

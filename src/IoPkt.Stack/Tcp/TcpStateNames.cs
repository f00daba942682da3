namespace IoPkt.Stack;

/// <summary>What a <see cref="TcpState"/> is called.</summary>
public static class TcpStateNames
{
    /// <summary>BSD's names, which netstat has shown for forty years; RFC 9293's with an underscore for each hyphen.</summary>
    public static string BsdName(this TcpState state) => state switch
    {
        TcpState.Closed => "CLOSED",
        TcpState.Listen => "LISTEN",
        TcpState.SynSent => "SYN_SENT",
        TcpState.SynReceived => "SYN_RECEIVED",
        TcpState.Established => "ESTABLISHED",
        TcpState.FinWait1 => "FIN_WAIT_1",
        TcpState.FinWait2 => "FIN_WAIT_2",
        TcpState.CloseWait => "CLOSE_WAIT",
        TcpState.Closing => "CLOSING",
        TcpState.LastAck => "LAST_ACK",
        TcpState.TimeWait => "TIME_WAIT",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}

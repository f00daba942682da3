namespace IoPkt.Stack;

/// <summary>What routers and the peer's host say about our segments: RFC 9293, section 3.9.2.2, with RFC 5461 and RFC 5927.</summary>
internal sealed partial class TcpConnection
{
    public override void ErrorArrives(TransportError error, int mtu, SequenceNumber sequence)
    {
        // RFC 5927, section 4.1: the quoted sequence number must be of what's in flight, SND.UNA =< SEG.SEQ < SND.NXT; somebody blind can't know it. Fast Open's data may follow a SYN-ACK
        // that isn't acknowledged.
        if (sequence < (State == TcpState.SynReceived ? _iss : _sndUna) || sequence >= _sndNxt)
        {
            Counters.IcmpIgnored.Increment();
            return;
        }
        if (error == TransportError.MessageTooBig)
        {
            if (!IsSynchronized)
                return;
            Network.LowerPathMtu(Remote.Address, mtu);
            RefuseSizeProbe(mtu, sequence);
            CheckPathMtu();
            return;
        }
        Errno errno = error switch
        {
            TransportError.NetworkUnreachable => Errno.NetworkUnreachable,
            TransportError.ProtocolUnreachable => Errno.NoProtocolOption,
            TransportError.PortUnreachable => Errno.ConnectionRefused,
            _ => Errno.HostUnreachable,
        };
        // RFC 5461, section 4.1: a connection that isn't established yet fails at once, so that the user may try another address. Later "soft" and "hard" errors alike
        // are only remembered (RFC 5927, section 5.2): the connection has shown that the path works, or did.
        if (State is TcpState.SynSent or TcpState.SynReceived && EndsHandshake(error))
            Fail(errno);
        else
            _softError = errno;
    }

    /// <summary>What a router or the peer's host says of every segment, not of one: a loop of routes and a bad option may be gone the next time.</summary>
    public static bool EndsHandshake(TransportError error) =>
        error is not (TransportError.TimeExceeded or TransportError.ParameterProblem or TransportError.MessageTooBig);
}

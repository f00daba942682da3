namespace IoPkt.Stack;

/// <summary>The window that we offer: RFC 9293, section 3.8.6.2.2, and how the buffer behind it grows with the path.</summary>
internal sealed partial class TcpConnection
{
    private int _receiveLimit;
    private long _tuningStart;
    private long _tuningConsumed;
    private long _consumed;
    private long _receiverRtt;

    /// <summary>Bytes that may wait for the user.</summary>
    private int ReceiveLimit => Socket.Options.IsReceiveBufferFixed ? Socket.Options.ReceiveBuffer : Math.Max(_receiveLimit, Socket.Options.ReceiveBuffer);

    private int FreeReceiveSpace => Math.Max(0, Math.Min(ReceiveLimit - ReceiveBuffer.Length, Socket.WindowClamp));

    /// <summary>As much of it as the window field can tell. When memory is short the window doesn't grow, but for the little that each connection may have.</summary>
    private int OfferableSpace
    {
        get
        {
            int free = Pressure == PoolPressure.None ? FreeReceiveSpace : Math.Min(FreeReceiveSpace, Math.Max(_rcvAdvertised - _rcvNxt, LeastSpace));
            return (int)Math.Min(free, (long)ushort.MaxValue << _rcvScale);
        }
    }

    /// <summary>The window field of the next segment. The right edge moves only to the right, and only by a step worth having.</summary>
    private ushort SelectWindow()
    {
        int offered = _rcvAdvertised - _rcvNxt;
        int free = OfferableSpace;
        // "A TCP receiver should … keeping RCV.NXT+RCV.WND fixed until: RCV.BUFF - RCV.USER - RCV.WND >= min(Fr * RCV.BUFF, Eff.snd.MSS)".
        // After a FIN there's nothing to send small pieces of.
        int window = free - offered >= WindowStep || HasPeerFinished ? free : offered;
        // A window told in units of 2**scale rounds down when it grows, and up when that would take back what was promised (RFC 7323, section 2.4).
        int unit = 1 << _rcvScale;
        // Rounded up each time, the edge would creep out of the buffer.
        int promised = (offered + unit - 1) >> _rcvScale;
        if ((long)promised << _rcvScale > free)
            promised = offered >> _rcvScale;
        int field = window > offered ? Math.Max(window >> _rcvScale, promised) : promised;
        field = Math.Min(field, ushort.MaxValue);
        _rcvAdvertised = SequenceNumber.Max(_rcvAdvertised, _rcvNxt + (field << _rcvScale));
        return (ushort)field;
    }

    /// <summary>What the sizes of steps are measured by.</summary>
    private int WindowLimit => Pressure == PoolPressure.None ? ReceiveLimit : Math.Min(ReceiveLimit, LeastSpace);

    private bool HasPeerFinished => State is TcpState.CloseWait or TcpState.Closing or TcpState.LastAck;

    private int WindowStep => Math.Max(1, Math.Min(WindowLimit / 2, Math.Max(_receivedSegmentSize, Settings.DefaultMaximumSegment)));

    /// <summary>
    /// Whether the user's reading deserves a segment of its own. While the peer still has half a window, the next acknowledgement will tell; when it runs out, one segment's
    /// worth is worth it.
    /// </summary>
    private bool IsWindowUpdateDue()
    {
        if (State is not (TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2))
            return false;
        int offered = _rcvAdvertised - _rcvNxt, limit = WindowLimit;
        int growth = OfferableSpace - offered;
        int needed = offered < 2 * _receivedSegmentSize ? WindowStep : Math.Max(limit / 4, 2 * _receivedSegmentSize);
        return growth >= Math.Max(1, Math.Min(limit / 2, needed));
    }

    /// <summary>
    /// Dynamic right-sizing: if the user consumed more than half the buffer in one round trip, the buffer, and not the path, may be the limit, so it grows to twice that.
    /// </summary>
    private void TuneReceiveBuffer(int count)
    {
        _consumed += count;
        if (_receiverRtt == 0 || !Settings.ReceiveBufferAutotuning || Socket.Options.IsReceiveBufferFixed)
            return;
        if (_tuningStart == 0)
        {
            _tuningStart = Now;
            _tuningConsumed = _consumed;
        }
        if (Now - _tuningStart < _receiverRtt)
            return;
        long copied = _consumed - _tuningConsumed;
        _tuningStart = Now;
        _tuningConsumed = _consumed;
        if (2 * copied > ReceiveLimit && Pressure == PoolPressure.None)
            _receiveLimit = (int)Math.Min(Math.Max(2 * copied + 16L * _receivedSegmentSize, ReceiveLimit), Settings.MaximumReceiveBuffer);
    }

    /// <summary>The round trip as a receiver sees it: from the echo of its timestamps, or of the handshake.</summary>
    private void MeasureReceiverRtt(in IncomingSegment segment)
    {
        if (!_usesTimestamps || segment.Options.TimestampEcho == 0)
        {
            if (_receiverRtt == 0)
                _receiverRtt = Math.Max(1000, _rtt.Smoothed);
            return;
        }
        long sample = 1000L * Math.Max(1, (int)(TimestampNow(Stack.Clock, _timestampOffset) - segment.Options.TimestampEcho));
        // A sender that pauses makes samples too long, never too short.
        _receiverRtt = _receiverRtt == 0 || sample < _receiverRtt ? sample : _receiverRtt + (sample - _receiverRtt) / 8;
    }
}

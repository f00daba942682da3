namespace IoPkt.Stack;

/// <summary>How large a segment may be: RFC 9293, section 3.7.1, RFC 6691, and path MTU discovery (RFC 1191, RFC 8201).</summary>
internal sealed partial class TcpConnection
{
    private int _peerMaximumSegment = ushort.MaxValue;

    /// <summary>What the route said last, and what of that is used.</summary>
    private int _routeMtu;
    private int _pathMtu;

    /// <summary>Eff.snd.MSS without options: min(SendMSS, MMS_S). Timestamps and SACK blocks are taken off each segment (RFC 6691, section 2).</summary>
    private int _maximumSegment;

    /// <summary>"the maximum size … MMS_R - 20": what we tell the peer. RFC 6691: "assumes no options".</summary>
    private int AdvertisedMaximumSegment
    {
        get
        {
            int size = (_route.Interface?.Mtu ?? _pathMtu) - PacketOverhead;
            return Math.Min(size, Clamp(size));
        }
    }

    /// <summary>Data bytes of a segment with nothing but timestamps.</summary>
    public int SegmentDataSize => _maximumSegment - (_usesTimestamps ? TcpOptions.TimestampsLength : 0);

    /// <summary>Takes the path's MTU from the route, and the peer's and the user's limits.</summary>
    private void UpdateMaximumSegment()
    {
        _routeMtu = UnfragmentedMtu;
        int mtu = _routeMtu > 0 ? _routeMtu : Settings.DefaultMaximumSegment + PacketOverhead;
        if (_mtuSearch.IsActive)
            mtu = Math.Min(mtu, _mtuSearch.Low);
        int before = _maximumSegment;
        _pathMtu = mtu;
        int path = mtu - PacketOverhead;
        // The peer's option, or a forged message, can make segments small but not tiny; an interface of ours can.
        _maximumSegment = Math.Min(path, Clamp(_peerMaximumSegment));
        if (_maximumSegment != before && _recovery.Congestion is { } congestion)
            congestion.SegmentSize = SegmentDataSize;
        if (_receivedSegmentSize == 0)
            _receivedSegmentSize = Math.Min(_maximumSegment, Settings.DefaultMaximumSegment);
    }

    private int Clamp(int size)
    {
        if (Socket.MaximumSegment > 0)
            size = Math.Min(size, Socket.MaximumSegment);
        return Math.Clamp(size, Settings.MinimumMaximumSegment, ushort.MaxValue);
    }
}

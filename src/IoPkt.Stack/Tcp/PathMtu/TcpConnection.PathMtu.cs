namespace IoPkt.Stack;

/// <summary>
/// Path MTU discovery: by ICMP (RFC 1191), and where a router drops large packets without a word, by what arrives (RFC 4821, RFC 8899, section 4.3, and RFC 2923, section 2.1, on what these
/// black holes do to TCP).
/// </summary>
internal sealed partial class TcpConnection
{
    /// <summary>A peer without SACK couldn't tell which packet was lost, so it gets no probes: after this time the whole size is tried, as RFC 1191, section 6.3, has it.</summary>
    private const long ProbelessInterval = 600_000_000;

    private PathMtuSearch _mtuSearch;
    private SequenceNumber _sizeProbeEnd;

    /// <summary>How often the first unacknowledged segment was sent again, and nothing as large arrived meanwhile.</summary>
    private int _headRetransmissions;

    private bool DetectsBlackHoles => Settings.BlackHoleDetection && Stack.Ipv4.Settings.PathMtuDiscovery && !Socket.Options.MayFragment;

    /// <summary>Of a packet that no router has to cut up; who lets them isn't told.</summary>
    private int UnfragmentedMtu => Socket.Options.MayFragment ? _route.LinkMtu : _route.Mtu;

    private int PacketOverhead => Network.HeaderLength + TcpHeader.MinimumLength;

    /// <summary>Data bytes of a packet of that size.</summary>
    private int DataSize(int mtu) => mtu - PacketOverhead - (_usesTimestamps ? TcpOptions.TimestampsLength : 0);

    /// <summary>The size of a packet with so many of them.</summary>
    private int Mtu(int dataSize) => dataSize + PacketOverhead + (_usesTimestamps ? TcpOptions.TimestampsLength : 0);

    /// <summary>What the route takes, and what the peer accepts.</summary>
    private int LargestMtu => Math.Min(_route.LinkMtu, Clamp(_peerMaximumSegment) + PacketOverhead);

    /// <summary>Whether the route says something else than it did, by a message or by what another connection found. Less is believed at once; more is tried with one segment first.</summary>
    private void CheckPathMtu()
    {
        if (Network.FindRoute(Remote.Address, Socket.Options.Device, _route) != Errno.None || UnfragmentedMtu == _routeMtu)
            return;
        int possible = Math.Min(UnfragmentedMtu, LargestMtu);
        if (UnfragmentedMtu > _routeMtu && possible > _pathMtu && IsSynchronized && _recovery.UsesSack && DetectsBlackHoles)
            _mtuSearch.Begin(_pathMtu, possible, isProven: false, Now);
        ChangeSegmentSize();
    }

    /// <summary>What is in flight and too large is sent again, smaller; congestion had no part in it.</summary>
    private void ChangeSegmentSize()
    {
        int before = _maximumSegment;
        UpdateMaximumSegment();
        if (_maximumSegment >= before)
            return;
        Counters.PathMtuReductions.Increment();
        _recovery.ResendAll();
        SetPending();
    }

    /// <summary>
    /// The first unacknowledged segment is to be sent again. RFC 4821, section 7.7: one timeout may be congestion's; a second one, for packets of which no other as large has arrived, is taken for
    /// a path that has become smaller. If the path was only down, the first probe will show it.
    /// </summary>
    private void SuspectBlackHole()
    {
        if (!DetectsBlackHoles || _route.MustAllowFragments || _retransmissionQueue.Head is not { } head)
            return;
        int used = Math.Max(Math.Min(_pathMtu, LargestMtu), Mtu(head.PacketSize)), lower = PathMtuSearch.Below(used);
        // The user may have sent little: it must be this packet that becomes smaller.
        while (head.PacketSize <= DataSize(lower) && lower > 0)
            lower = PathMtuSearch.Below(lower);
        // What every tunnel takes isn't suspected, but as the next step down.
        if (lower == 0 || (lower < PathMtuSearch.Unsuspected && !_mtuSearch.IsActive))
            return;
        Counters.BlackHolesSuspected.Increment();
        // Something smaller, sent later, has arrived.
        bool isProven = _retransmissionQueue.SackedBytes > 0;
        _mtuSearch.Begin(lower, used, isProven, Now);
        _headRetransmissions = 0;
        ChangeSegmentSize();
    }

    private void NoteDelivery(in DeliverySummary delivered, bool advances)
    {
        if (advances || (_headRetransmissions > 0 && _retransmissionQueue.Head is { } head && delivered.LargestPacket >= head.PacketSize))
            _headRetransmissions = 0;
        if (!_mtuSearch.IsActive)
            return;
        if (_mtuSearch.IsProbeOutstanding && delivered.LargestPacket > SegmentDataSize)
        {
            Counters.SizeProbesArrived.Increment();
            _mtuSearch.ProbeArrived();
            Network.RaisePathMtu(Remote.Address, _mtuSearch.Low);
            FollowSearch();
        }
        else if (_mtuSearch.IsProbeOutstanding && _sndUna >= _sizeProbeEnd)
        {
            // It was acknowledged after parts of it had been sent again: nobody knows by which.
            _mtuSearch.ProbeLost();
        }
        else if (advances && _mtuSearch.IsProven && _route.Mtu > _mtuSearch.Low)
        {
            ConfirmBlackHole();
        }
    }

    private void SizeProbeLost()
    {
        if (!_mtuSearch.IsProbeOutstanding)
            return;
        _mtuSearch.ProbeLost();
        if (_mtuSearch.IsProven && _route.Mtu > _mtuSearch.Low)
            ConfirmBlackHole();
        else
            FollowSearch();
    }

    /// <summary>A router says what it takes: if the message is about the probe, that needn't be missed first.</summary>
    private void RefuseSizeProbe(int mtu, SequenceNumber sequence)
    {
        if (!_mtuSearch.IsActive)
            return;
        _mtuSearch.Limit(mtu);
        for (SentSegment? segment = _retransmissionQueue.Head; segment is not null && segment.Start <= sequence; segment = segment.Next)
        {
            if (segment is { IsSizeProbe: true, IsSacked: false, IsLost: false } && segment.Start == sequence)
            {
                _retransmissionQueue.MarkLost(segment);
                SetPending();
            }
        }
        if (_mtuSearch.IsOver && !_mtuSearch.IsProbeOutstanding)
            _mtuSearch = default;
    }

    /// <summary>Small packets arrive, large ones don't: the other connections are spared finding that out.</summary>
    private void ConfirmBlackHole()
    {
        Counters.BlackHolesConfirmed.Increment();
        Network.LowerPathMtu(Remote.Address, _mtuSearch.Low);
        FollowSearch();
    }

    private void FollowSearch()
    {
        // What it has found is what the route says now.
        bool isOver = _mtuSearch.IsOver;
        if (Network.FindRoute(Remote.Address, Socket.Options.Device, _route) != Errno.None)
            return;
        if (isOver)
            _mtuSearch = default;
        ChangeSegmentSize();
    }

    /// <summary>
    /// Sends the next data in one segment that's larger than is known to pass. RFC 4821, section 7.4: there must be enough behind it to show its loss soon, and nothing may be amiss.
    /// </summary>
    /// <param name="position">Of the first byte that wasn't sent.</param>
    /// <param name="available">Bytes that wait.</param>
    /// <param name="allowed">How many of them may leave.</param>
    /// <returns>Whether it was sent.</returns>
    private bool TrySendSizeProbe(long position, int available, int allowed)
    {
        if (!_mtuSearch.IsActive || _mtuSearch.IsProbeOutstanding || _recovery.State != RecoveryState.Open || _retransmissionQueue.LostBytes > 0)
            return false;
        if (!_recovery.UsesSack)
        {
            if (Now - _mtuSearch.Since >= ProbelessInterval)
            {
                _mtuSearch = default;
                UpdateMaximumSegment();
            }
            return false;
        }
        int size = DataSize(_mtuSearch.Candidate);
        if (Math.Min(available, allowed) < size + SegmentDataSize || Pace(2 * SegmentDataSize) == 0 || !TransmitNew(position, size, isFinal: false, isSizeProbe: true))
            return false;
        Counters.SizeProbes.Increment();
        _sizeProbeEnd = _sndNxt;
        _mtuSearch.ProbeSent();
        return true;
    }
}

using System.Diagnostics;

namespace IoPkt.Stack;

/// <summary>TCP Fast Open, RFC 7413: data in the SYN, from a client that holds a cookie, are given to the server's user before the handshake is complete.</summary>
internal sealed partial class TcpConnection
{
    /// <summary>Connecting has been asked for, and the SYN waits for the data that it's to carry.</summary>
    private bool _awaitsSynData;

    /// <summary>connect has succeeded although nothing was sent, and the user has given nothing since: to the user the connection is there.</summary>
    public bool IsTakenForOpen { get; private set; }

    /// <summary>Bytes of data that our SYN carried.</summary>
    private int _synDataLength;

    /// <summary>The SYN-ACK didn't acknowledge any of them.</summary>
    private bool _synDataRefused;

    /// <summary>Our SYN had the option, as a request or with a cookie.</summary>
    private bool _offeredFastOpen;

    private FastOpenFailure _fastOpenFailure;

    /// <summary>Data in a SYN, ours or the peer's, were accepted (TCPI_OPT_SYN_DATA).</summary>
    private bool _synDataAccepted;

    /// <summary>The user has the connection already, though in SYN-RECEIVED: the listener counts such ones.</summary>
    private TcpListener? _fastOpenListener;

    /// <summary>Whether the SYN is to carry data: the user wants it, and there's a cookie.</summary>
    private bool MayDelaySyn => AsksForFastOpen && _tcp.FastOpenCache.MayTry(Remote.Address) && (NeedsNoCookie || _tcp.FastOpenCache.TryFind(Remote.Address, out _));

    private bool AsksForFastOpen => Socket.FastOpenConnect && Settings.FastOpen.Client;

    private bool NeedsNoCookie => Socket.FastOpenWithoutCookie || Settings.FastOpen.WithoutCookie;

    /// <summary>The user has no data yet.</summary>
    public void StartHandshake()
    {
        IsTakenForOpen = false;
        if (_awaitsSynData)
            StartDelayedSyn();
    }

    /// <summary>The user gives data, or nothing came of it for a moment and the handshake is better begun without.</summary>
    private void StartDelayedSyn()
    {
        _awaitsSynData = false;
        // The user timeout is the peer's time to answer, and it hasn't been asked before.
        _lastHeard = Now;
        _handshakeDue = true;
        SetPending();
    }

    /// <summary>
    /// Section 4.2.1, "the client … includes … the cookie …; data … up to the cached MSS". Only the first SYN has them: "the client … SHOULD … retransmit the SYN … without
    /// data and Fast Open options" (section 4.2.1 and 4.1.3.1).
    /// </summary>
    private void AddFastOpen(ref OutgoingSegment segment)
    {
        if (!AsksForFastOpen)
            return;
        if (_handshakeTransmissions > 1)
        {
            if (_handshakeTransmissions == 2 && _offeredFastOpen)
            {
                Counters.FastOpenTimeouts.Increment();
                _tcp.FastOpenCache.Failed(Remote.Address);
            }
            return;
        }
        _fastOpenFailure = FastOpenFailure.CookieUnavailable;
        if (!_tcp.FastOpenCache.MayTry(Remote.Address))
            return;
        _offeredFastOpen = true;
        if (!NeedsNoCookie)
        {
            segment.Options.HasFastOpen = true;
            if (!_tcp.FastOpenCache.TryFind(Remote.Address, out segment.Options.FastOpen))
                return;
        }
        int length = Math.Min(SynDataRoom, _sendBuffer.Length);
        if (length <= 0 || _sendBuffer.CopyNew(_sendBuffer.Start, ref length, length) is not { } data)
            return;
        _fastOpenFailure = FastOpenFailure.None;
        segment.Payload = data;
        segment.PayloadLength = segment.SegmentSize = _synDataLength = length;
        _sndNxt = _iss + 1 + length;
        _bytesSent += length;
        _dataSegmentsOut++;
        Counters.FastOpenActive.Increment();
    }

    /// <summary>
    /// Bytes of data that the SYN takes: a segment with every option that there could be, so that they'd fit into one again if they're refused. Section 4.1.3: what the server
    /// can receive is known from the last connection; a user who does without cookies knows the path.
    /// </summary>
    private int SynDataRoom
    {
        get
        {
            int known = _tcp.FastOpenCache.MaximumSegmentOf(Remote.Address);
            int segment = Math.Min(_maximumSegment, known > 0 ? known : NeedsNoCookie ? int.MaxValue : Settings.DefaultMaximumSegment);
            return segment - (TcpHeader.MaximumLength - TcpHeader.MinimumLength);
        }
    }

    /// <summary>
    /// The SYN-ACK's answer. Section 4.2.1: "if the server's SYN-ACK acknowledges … only the ISN … the client … retransmits" the data; they begin where the acknowledgement ends.
    /// </summary>
    private void FastOpenAnswered(in IncomingSegment segment)
    {
        if (_offeredFastOpen)
            _tcp.FastOpenCache.Answered(Remote.Address, segment.Options, isRepeated: _handshakeTransmissions > 1);
        int accepted = segment.Acknowledgment - (_iss + 1);
        Debug.Assert(accepted >= 0 && accepted <= _synDataLength);
        _synDataAccepted = accepted > 0;
        if (_synDataLength > 0 && accepted == 0)
        {
            _synDataRefused = true;
            Counters.FastOpenRefused.Increment();
            _fastOpenFailure = _handshakeTransmissions > 1 ? FastOpenFailure.SynRetransmitted : FastOpenFailure.DataNotAcknowledged;
        }
        _sndUna = _sndNxt = segment.Acknowledgment;
        _sendBuffer.Release(_sendBuffer.Start + accepted);
        _bytesAcked += accepted;
        _synDataLength = 0;
    }

    /// <summary>A server's side: section 4.2.2, "the server … creates … accepts the data … and notifies the application". The connection stays in SYN-RECEIVED until the peer confirms.</summary>
    public void ContinueFastOpen(HalfOpenConnection request, TcpListener listener, ref IncomingSegment segment)
    {
        _fastOpenListener = listener;
        _fastOpenAnswer = request.FastOpenAnswer;
        Continue(request);
        // Data may follow the SYN-ACK at once: the peer's address has been proved by the cookie.
        _sndUna = _iss + 1;
        _sndWnd = _maxSndWnd = segment.Window;
        _handshakeTransmissions = 0;
        segment.TrimFront(1);
        int length = Math.Min(segment.DataLength, _rcvAdvertised - _rcvNxt);
        if (length > 0)
        {
            segment.TruncateData(length);
            _synDataAccepted = true;
            Receive(segment.TakePayload(), length);
            Socket.DataReceived();
        }
        // Nothing is promised before the SYN-ACK is sent, and the user may have asked for a smaller buffer by then.
        _rcvAdvertised = _rcvNxt;
        _handshakeDue = true;
        SetPending();
    }

    /// <summary>The cookie that goes with our SYN-ACK, when the peer's was old.</summary>
    private FastOpenCookie _fastOpenAnswer;

    private bool IsFastOpened => _fastOpenListener is not null;

    /// <summary>The peer's SYN again: our answer was lost.</summary>
    private void RepeatSynAck()
    {
        if (!_tcp.Resets.MayChallenge())
            return;
        _handshakeDue = true;
        SetPending();
    }

    /// <summary>The handshake is complete, or will never be.</summary>
    private void FastOpenDecided()
    {
        _fastOpenListener?.FastOpenDecided();
        _fastOpenListener = null;
    }
}

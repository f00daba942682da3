using System.Diagnostics;

namespace IoPkt.Stack;

/// <summary>Makes segments of this connection and keeps account of them.</summary>
internal sealed partial class TcpConnection
{
    private long _lastDataSentAt;
    private long _handshakeSentAt;
    private long _bytesSent;
    private long _bytesRetransmitted;
    private long _segmentsIn;
    private long _segmentsOut;
    private long _dataSegmentsIn;
    private long _dataSegmentsOut;
    private long _totalRetransmissions;

    private OutgoingSegment NewSegment() => new()
    {
        Local = Local,
        Remote = Remote,
        Flags = TcpFlags.Ack,
        Ttl = Socket.Options.Ttl,
        TrafficClass = TrafficClass(isNewData: false),
        MayFragment = Socket.Options.MayFragment,
        Device = Socket.Options.Device,
    };

    /// <summary>Sends data for the first time.</summary>
    /// <returns>Whether it left; if not, no memory was there, and a timer will try again.</returns>
    private bool TransmitNew(long position, int length, bool isFinal, bool isSizeProbe = false)
    {
        int size = isSizeProbe ? length : SegmentDataSize, wanted = length;
        Mbuf? payload = null;
        if (length > 0 && (payload = _sendBuffer.CopyNew(position, ref length, size)) is null)
            return false;
        isFinal &= length == wanted;
        int packets = (length + size - 1) / size;
        OutgoingSegment segment = NewSegment();
        segment.Sequence = _sndNxt;
        segment.Payload = payload;
        segment.PayloadLength = length;
        segment.IsSizeProbe = isSizeProbe;
        if (length > 0)
        {
            segment.TrafficClass = TrafficClass(isNewData: true);
            segment.Flags |= _ecn.TakeNotice();
        }
        if (length > 0)
        {
            segment.Flags |= Push(position, length);
            NoteAnswer();
        }
        if (isFinal)
        {
            segment.Flags |= TcpFlags.Fin;
            _finSent = true;
        }
        SequenceNumber start = _sndNxt;
        _sndNxt += length + (isFinal ? 1 : 0);
        _retransmissionQueue.Add(start, _sndNxt, Math.Max(1, packets), Math.Min(length, size), Now);
        if (isSizeProbe)
            _retransmissionQueue.Tail!.IsSizeProbe = true;
        _lastProgressAt = Now;
        // What a SYN had carried was as large as it could be.
        if (length % size != 0 && !(_synDataRefused && start == _iss + 1))
        {
            _smallSegmentEnd = _sndNxt;
            _hasSmallSegment = true;
        }
        AccountSent(length, packets);
        Transmit(ref segment);
        if (!_retransmissionTimer.IsArmed)
            ArmRetransmissionTimer();
        return true;
    }

    /// <summary>Sends the first <paramref name="length"/> sequence numbers of something that was lost once more.</summary>
    private bool Retransmit(SentSegment lost, int length)
    {
        if (lost.IsSizeProbe)
        {
            lost.IsSizeProbe = false;
            SizeProbeLost();
        }
        SequenceNumber start = lost.Start;
        length = Math.Min(length, lost.Length);
        long position = _sendBuffer.Start + (start - _sndUna);
        Debug.Assert(start >= _sndUna && start + length <= _sndNxt);
        int data = (int)Math.Min(length, _sendBuffer.RecordEnd(position) - position);
        if (position + data < _sendBuffer.End)
            length = data;
        if (IsUrgent(start) && data > SegmentDataSize)
            length = data = SegmentDataSize;
        bool isFinal = data < length;
        Mbuf? payload = null;
        if (data > SegmentOutput.MaximumPayload)
        {
            length = data = SegmentOutput.MaximumPayload / SegmentDataSize * SegmentDataSize;
            isFinal = false;
        }
        int wanted = data;
        if (data > 0 && (payload = _sendBuffer.CopyAgain(position, ref data, SegmentDataSize)) is null)
            return false;
        if (data < wanted)
        {
            length = data;
            isFinal = false;
        }
        _retransmissionQueue.Resent(lost, length, Math.Min(data, SegmentDataSize), Now);
        if (start == _sndUna)
            _headRetransmissions++;
        _recovery.OnResent(start, length, Now);
        OutgoingSegment segment = NewSegment();
        segment.Sequence = start;
        segment.Payload = payload;
        segment.PayloadLength = data;
        if (data > 0)
            segment.Flags |= Push(position, data);
        if (isFinal)
            segment.Flags |= TcpFlags.Fin;
        Counters.Retransmitted.Increment();
        Counters.RetransmittedBytes.Add(data);
        _bytesRetransmitted += data;
        _totalRetransmissions++;
        AccountSent(data, WireSegments(data));
        Transmit(ref segment);
        // The first one's acknowledgement is what everything waits for.
        if (!_retransmissionTimer.IsArmed || start == _sndUna)
            ArmRetransmissionTimer();
        return true;
    }

    /// <summary>
    /// RFC 9293, section 3.9.1.2: "when an application issues a series of SEND calls without setting the PUSH flag, the TCP … MUST set the PSH bit in the last buffered segment".
    /// It ends a burst of several segments, too: a receiver that gathers them (GRO, LRO) needn't wait for one that doesn't come.
    /// </summary>
    private TcpFlags Push(long position, int length) => position + length == _sendBuffer.RecordEnd(position) || length > SegmentDataSize ? TcpFlags.Psh : TcpFlags.None;

    private void AccountSent(int length, int segments)
    {
        _recovery.OnSent(length);
        _lastDataSentAt = Now;
        if (length == 0)
            return;
        AccountPaced(length);
        _dataSegmentsOut += segments;
        _bytesSent += length;
        Counters.SentData.Add(segments);
        Counters.SentDataBytes.Add(length);
    }

    private int WireSegments(int length) => (length + SegmentDataSize - 1) / SegmentDataSize;

    /// <summary>Adds what every segment of a synchronized connection carries, and sends it.</summary>
    private void Transmit(ref OutgoingSegment segment)
    {
        segment.Acknowledgment = _rcvNxt;
        segment.Window = SelectWindow();
        segment.Flags |= _ecn.Echo;
        PointToUrgent(ref segment);
        AddTimestamps(ref segment.Options);
        // RFC 2018, section 3: blocks go with every acknowledgement while there's a hole; beside data they would cost segment space, and the peer gets them soon enough.
        if (_recovery.UsesSack && segment.PayloadLength == 0)
            ReportReceived(ref segment.Options);
        segment.SegmentSize = segment.IsSizeProbe ? segment.PayloadLength : SegmentDataSize;
        _segmentsOut += segment.IsSizeProbe ? 1 : Math.Max(1, WireSegments(segment.PayloadLength));
        _lastAckSent = _rcvNxt;
        AckSent();
        Errno error = _tcp.Output.Send(segment, _route);
        if (error == Errno.MessageTooLong)
            CheckPathMtu();
        else if (error != Errno.None)
            NoteUnsent(error, segment.Sequence);
    }

    /// <summary>It never left the host: there's no way to the peer, or nobody there answers the link's question for it.</summary>
    private void NoteUnsent(Errno error, SequenceNumber sequence)
    {
        if (error is not (Errno.NetworkUnreachable or Errno.HostUnreachable or Errno.NetworkDown or Errno.HostDown))
            return;
        _softError = error == Errno.HostDown ? Errno.HostUnreachable : error;
        RevertTimeout(sequence);
    }

    /// <summary>RFC 7323, section 3.2: "the TSopt MUST be sent in every non-&lt;RST&gt; segment for the duration of the connection, and SHOULD be sent in an &lt;RST&gt; segment".</summary>
    private void AddTimestamps(ref TcpOptions options)
    {
        if (!_usesTimestamps)
            return;
        options.HasTimestamps = true;
        options.TimestampValue = TimestampNow(Stack.Clock, _timestampOffset);
        options.TimestampEcho = _tsRecent;
    }

    private void SendReset(SequenceNumber sequence)
    {
        OutgoingSegment segment = NewSegment();
        segment.Sequence = sequence;
        // RFC 9293 has no ACK with this one; with it, a peer that lost track of our SND.NXT has something to compare, and everybody sends it.
        segment.Flags = TcpFlags.Rst | TcpFlags.Ack;
        segment.Acknowledgment = _rcvNxt;
        AddTimestamps(ref segment.Options);
        _tcp.Output.Send(segment, _route);
    }
}

namespace IoPkt.Stack;

/// <summary>What an acknowledgement reports beside RCV.NXT: SACK (RFC 2018) and D-SACK (RFC 2883).</summary>
internal sealed partial class TcpConnection
{
    private SackBlock? _duplicate;

    /// <summary>Data were received that we had. RFC 2883, section 4: reported once, in the next acknowledgement.</summary>
    private void NoteDuplicate(SequenceNumber start, SequenceNumber end)
    {
        if (!_recovery.UsesSack || start >= end)
            return;
        // Each one counts for the sender, also several of a batch.
        if (_duplicate is not null)
            SendAck(_sndNxt);
        _duplicate = new SackBlock(start, end);
        AckNow();
    }

    private void ReportReceived(ref TcpOptions options)
    {
        int room = options.SackRoom;
        // "(1) … the first block of the SACK option … specifies the sequence numbers of the duplicate segment"; "(4) if the … duplicate … is part of a larger block of non-contiguous data …, then the
        // following SACK block … should be used to specify this larger block".
        if (_duplicate is { } duplicate && room > 0)
        {
            options.Sack[options.SackCount++] = duplicate;
            room--;
            Counters.DuplicateSacksSent.Increment();
        }
        _duplicate = null;
        _reassembly.Report(ref options, room);
    }
}

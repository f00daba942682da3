namespace IoPkt.Stack;

/// <summary>What holds between any two batches, whatever has arrived and whatever was lost. Nothing here is asked but by tests, after each batch.</summary>
internal sealed partial class TcpConnection
{
    /// <returns>The first thing that doesn't hold; <c>null</c>: all does.</returns>
    public string? FindInconsistency()
    {
        if (State == TcpState.Closed)
            return null;
        if (!IsSynchronized)
            return _retransmissionTimer.IsArmed || _awaitsSynData ? null : $"{State} without a timer";
        return FindSendInconsistency() ?? FindReceiveInconsistency() ?? _retransmissionQueue.FindInconsistency();
    }

    private string? FindSendInconsistency()
    {
        int outstanding = _sndNxt - _sndUna;
        if (outstanding < 0)
            return $"SND.UNA is {-outstanding} beyond SND.NXT";
        if (_retransmissionQueue.Outstanding != outstanding || (_retransmissionQueue.Head is { } head && head.Start != _sndUna))
            return $"the retransmission queue holds {_retransmissionQueue.Outstanding} of {outstanding} sequence numbers";
        // The FIN has a number, and no byte in the buffer.
        int bytes = Math.Max(0, outstanding - (_finSent ? 1 : 0));
        if (_finSent ? _sendBuffer.Length != bytes : _sendBuffer.Length < bytes)
            return $"the send buffer has {_sendBuffer.Length} bytes for {bytes} outstanding";
        // Proportional rate reduction may come to a window of nothing, when all is lost; one segment is sent all the same. Once nothing is outstanding, nothing but a window lets anything out.
        if (Congestion.Window < (outstanding > 0 ? 0 : 1) || Congestion.SlowStartThreshold <= 0)
            return $"a congestion window of {Congestion.Window} and a threshold of {Congestion.SlowStartThreshold}";
        // What was sent, or waits to be, always has a timer: no arrival is needed for progress.
        if (outstanding > 0 && !_retransmissionTimer.IsArmed)
            return "data outstanding without a retransmission timer";
        // RFC 8985, section 7.2: nor is a loss at the end found by that alone, but by a probe for each new segment or acknowledgement.
        if (outstanding > 0 && _recovery.MayProbe && _sndWnd > 0 && !_probeTimer.IsArmed && _lastProbeAt < _lastProgressAt)
            return "data outstanding without a probe timer";
        // Nor one for what is known to be lost, when nothing is in flight: it has been sent again. But for a closed window, which the timer probes, and a lack of memory.
        if (_retransmissionQueue.NextLost is { } lost && _recovery.InFlight == 0 && !_pacingTimer.IsArmed && lost.Start < _sndUna + (int)Math.Min(_sndWnd, int.MaxValue / 2)
            && Pressure == PoolPressure.None)
        {
            return $"{_retransmissionQueue.LostBytes} bytes lost, and nothing in flight";
        }
        if (outstanding == 0 && HasUnsent && CanSendData && !_persistTimer.IsArmed && !_overrideTimer.IsArmed && !_pacingTimer.IsArmed)
            return "unsent data without a timer";
        return null;
    }

    private string? FindReceiveInconsistency()
    {
        if (_rcvAdvertised < _rcvNxt)
            return "RCV.NXT is beyond the window";
        return State >= TcpState.CloseWait && !_reassembly.IsEmpty && State is not (TcpState.FinWait1 or TcpState.FinWait2)
            ? "data after the peer's FIN"
            : _reassembly.FindInconsistency(_rcvNxt);
    }
}

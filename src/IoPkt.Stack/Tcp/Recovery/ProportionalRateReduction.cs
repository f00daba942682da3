namespace IoPkt.Stack;

/// <summary>How much may be sent for each acknowledgement while the window shrinks: RFC 6937, with the choice between its two bounds that RFC 9937 makes.</summary>
internal struct ProportionalRateReduction
{
    private long _delivered;
    private long _out;
    private int _recoveryFlightSize;

    /// <param name="flightSize">RecoverFS</param>
    public void Start(int flightSize)
    {
        _recoveryFlightSize = Math.Max(flightSize, 1);
        _delivered = _out = 0;
    }

    /// <summary>Section 3: "on every data sent (new or retransmitted)".</summary>
    public void OnSent(int bytes) => _out += bytes;

    /// <summary>Section 3, the algorithm's main part.</summary>
    /// <param name="delivered">DeliveredData</param>
    /// <param name="pipe">Bytes in flight now.</param>
    /// <param name="slowStartThreshold">What the window is to come to.</param>
    /// <param name="segmentSize">MSS</param>
    /// <param name="advances">SND.UNA moves: recovery makes progress.</param>
    /// <returns>cwnd</returns>
    public int OnAcknowledged(int delivered, int pipe, int slowStartThreshold, int segmentSize, bool advances)
    {
        _delivered += delivered;
        long count;
        if (pipe > slowStartThreshold)
        {
            // "Proportional Rate Reduction": sndcnt = CEIL(prr_delivered * ssthresh / RecoverFS) - prr_out.
            count = (_delivered * slowStartThreshold + _recoveryFlightSize - 1) / _recoveryFlightSize - _out;
        }
        else
        {
            // PRR-SSRB while there's progress, as slow start would: limit = MAX(prr_delivered - prr_out, DeliveredData) + MSS; PRR-CRB, packet conservation, without.
            long limit = Math.Max(_delivered - _out, delivered) + (advances ? segmentSize : 0);
            count = Math.Min(slowStartThreshold - pipe, limit);
        }
        // The first retransmission always goes out.
        if (_out == 0)
            count = Math.Max(count, segmentSize);
        return pipe + (int)Math.Max(count, 0);
    }
}

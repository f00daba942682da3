namespace IoPkt.Stack;

/// <summary>
/// What a peer without SACK tells: each duplicate acknowledgement stands for one more segment that has left the network (RFC 5681, section 3.2); we only don't know which. That gives as well
/// limited transmit (RFC 3042): two duplicates let two new segments out.
/// </summary>
internal struct DuplicateAcknowledgments
{
    /// <summary>Duplicates since SND.UNA moved last.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes that have left the network beyond the gap, as far as is known.</summary>
    public int Bytes { get; private set; }

    public void Clear() => Count = Bytes = 0;

    public void OnAcknowledgment(int advanced, int duplicates) => Count = duplicates + (advanced > 0 ? 0 : Count);

    /// <summary>The same when there's no SACK to say it better.</summary>
    /// <param name="advanced">Bytes that SND.UNA moved by.</param>
    /// <param name="duplicates">How many duplicate acknowledgements it counts for.</param>
    /// <param name="inFlight">Bytes that the retransmission queue takes to be in flight.</param>
    /// <param name="segmentSize">SMSS</param>
    /// <param name="isRecovering">Whether the gap that the duplicates tell of is still being filled.</param>
    /// <returns>Bytes newly delivered.</returns>
    public int Estimate(int advanced, int duplicates, int inFlight, int segmentSize, bool isRecovering)
    {
        if (advanced > 0)
        {
            // What was delivered beyond the gap was counted when its duplicate came.
            int counted = Math.Min(Bytes, Math.Max(0, advanced - segmentSize));
            Bytes = isRecovering ? Bytes - counted : 0;
            return advanced - counted;
        }
        int added = Math.Max(0, Math.Min(duplicates * segmentSize, inFlight - segmentSize - Bytes));
        Bytes += added;
        return added;
    }
}

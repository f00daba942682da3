namespace IoPkt.Stack;

/// <summary>Which segments are lost, by what was received beyond them: IsLost() of RFC 6675, section 4.</summary>
internal static class SackLossDetection
{
    public const int DuplicateThreshold = 3;

    /// <summary>
    /// "either DupThresh discontiguous SACKed sequences have arrived above 'SeqNum' or more than (DupThresh - 1) * SMSS bytes with sequence numbers greater
    /// than 'SeqNum' have been SACKed."
    /// </summary>
    public static void MarkLost(RetransmissionQueue queue, int segmentSize)
    {
        int bytes = 0, runs = 0;
        SentSegment? segment = queue.SackedBytes == 0 ? null : queue.Tail;
        for (; segment is not null; segment = segment.Previous)
        {
            if (segment.IsSacked)
            {
                bytes += segment.Length;
                runs++;
            }
            else if (!segment.IsRetransmitted && (runs >= DuplicateThreshold || bytes > (DuplicateThreshold - 1) * segmentSize))
            {
                queue.MarkLost(segment);
            }
        }
    }
}

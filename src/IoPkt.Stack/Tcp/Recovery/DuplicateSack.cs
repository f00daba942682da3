namespace IoPkt.Stack;

/// <summary>D-SACK (RFC 2883), as a sender reads it: the first block of an acknowledgement may tell of data that were received twice.</summary>
internal static class DuplicateSack
{
    /// <returns>The block, if it's one. It's not to be noted as received beyond a gap.</returns>
    public static SackBlock? Find(in TcpOptions options, SequenceNumber acknowledgment)
    {
        if (options.SackCount == 0)
            return null;
        SackBlock first = options.Sack[0];
        if (first.Start >= first.End)
            return null;
        // Section 4, step 1: "the sender compares the sequence space in the first SACK block to the cumulative ACK … If this sequence space is less than this cumulative ACK, it is an
        // indication that the segment identified by the SACK block has been received more than once".
        if (first.End <= acknowledgment)
            return first;
        // "If the sequence space in the first SACK block is greater than the cumulative ACK, then the sender next compares the sequence space in the first SACK block with … the second".
        return options.SackCount > 1 && first.Start >= options.Sack[1].Start && first.End <= options.Sack[1].End ? first : null;
    }
}

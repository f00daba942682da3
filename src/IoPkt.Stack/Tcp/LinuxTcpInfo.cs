using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>A <see cref="TcpInfo"/> as Linux's <c>struct tcp_info</c>: what getsockopt(TCP_INFO) gives a program. Linux counts in segments what we count in bytes.</summary>
public static class LinuxTcpInfo
{
    /// <summary>
    /// Bytes of the structure in Linux 6.18. Always 0: tcpi_fackets and tcpi_last_ack_sent, as there; tcpi_rehash, which counts new hashes for a choice between paths, of which we have one; the last
    /// 32, about accurate ECN.
    /// </summary>
    public const int Size = 280;

    /// <summary>Writes the whole structure, in the machine's byte order.</summary>
    /// <param name="info">What it tells.</param>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    public static void Write(in TcpInfo info, Span<byte> destination)
    {
        destination = destination[..Size];
        destination.Clear();
        destination[0] = State(info.State);
        destination[1] = info.Recovery;
        destination[2] = Byte(info.Retransmits);
        destination[3] = Byte(info.Probes);
        destination[4] = Byte(info.Backoff);
        destination[5] = Options(info);
        destination[6] = (byte)(info.SendScale | info.ReceiveScale << 4);
        destination[7] = (byte)((info.IsDeliveryRateApplicationLimited ? 1 : 0) | (int)info.FastOpenFailure << 1);
        Number(destination, 8, info.RetransmissionTimeout);
        Number(destination, 12, info.AckTimeout);
        Number(destination, 16, info.SendMaximumSegment);
        Number(destination, 20, info.ReceiveMaximumSegment);
        // Of a listener these are the accept queue and its limit, as ss shows them.
        Number(destination, 24, info.State == TcpState.Listen ? info.AcceptQueueLength : Segments(info, info.UnacknowledgedBytes));
        Number(destination, 28, info.State == TcpState.Listen ? info.Backlog : Segments(info, info.SackedBytes));
        Number(destination, 32, Segments(info, info.LostBytes));
        Number(destination, 36, Segments(info, info.ResentBytes));
        Number(destination, 44, Milliseconds(info.LastDataSent));
        Number(destination, 52, Milliseconds(info.LastDataReceived));
        Number(destination, 56, Milliseconds(info.LastAckReceived));
        Number(destination, 60, info.PathMtu);
        Number(destination, 64, info.ReceiveWindow);
        Number(destination, 68, info.RoundTrip);
        Number(destination, 72, info.RoundTripVariation);
        Number(destination, 76, info.SlowStartThreshold == int.MaxValue ? int.MaxValue : Whole(info, info.SlowStartThreshold));
        Number(destination, 80, Whole(info, info.CongestionWindow));
        Number(destination, 84, info.AdvertisedMaximumSegment);
        Number(destination, 88, Math.Max(RackLossDetection.DuplicateThreshold, Segments(info, info.ReorderingExtent)));
        Number(destination, 92, info.ReceiverRoundTrip);
        Number(destination, 96, info.ReceiveSpace);
        Number(destination, 100, info.TotalRetransmissions);
        Long(destination, 104, info.PacingRate == 0 ? -1 : info.PacingRate);
        Long(destination, 112, -1);
        Long(destination, 120, info.BytesAcknowledged);
        Long(destination, 128, info.BytesReceived);
        Number(destination, 136, info.SegmentsOut);
        Number(destination, 140, info.SegmentsIn);
        Number(destination, 144, info.BytesNotSent);
        Number(destination, 148, info.MinimumRoundTrip == 0 ? uint.MaxValue : info.MinimumRoundTrip);
        Number(destination, 152, info.DataSegmentsIn);
        Number(destination, 156, info.DataSegmentsOut);
        Long(destination, 160, info.DeliveryRate);
        Long(destination, 168, info.BusyTime);
        Long(destination, 176, info.ReceiveWindowLimitedTime);
        Long(destination, 184, info.SendBufferLimitedTime);
        // Linux counts the SYN.
        Number(destination, 192, (info.State is TcpState.Listen or TcpState.SynSent or TcpState.SynReceived ? 0 : 1) + Segments(info, info.DeliveredBytes));
        Number(destination, 196, Segments(info, info.MarkedDeliveredBytes));
        Long(destination, 200, info.BytesSent);
        Long(destination, 208, info.BytesRetransmitted);
        Number(destination, 216, info.DuplicateSegments);
        Number(destination, 220, info.Reorderings);
        Number(destination, 224, info.OutOfOrderSegments);
        Number(destination, 228, info.SendWindow);
        Number(destination, 232, info.ReceiveWindow);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[240..], (ushort)Math.Min(info.TotalTimeouts, ushort.MaxValue));
        BinaryPrimitives.WriteUInt16LittleEndian(destination[242..], (ushort)Math.Min(info.TotalTimeoutRecoveries, ushort.MaxValue));
        Number(destination, 244, Milliseconds(info.TotalTimeoutTime));
    }

    private static byte State(TcpState state) => state switch
    {
        TcpState.Established => 1,
        TcpState.SynSent => 2,
        TcpState.SynReceived => 3,
        TcpState.FinWait1 => 4,
        TcpState.FinWait2 => 5,
        TcpState.TimeWait => 6,
        TcpState.CloseWait => 8,
        TcpState.LastAck => 9,
        TcpState.Listen => 10,
        TcpState.Closing => 11,
        _ => 7,
    };

    /// <summary>TCPI_OPT_TIMESTAMPS, _SACK, _WSCALE, _ECN, _ECN_SEEN, _SYN_DATA.</summary>
    private static byte Options(in TcpInfo info) =>
        (byte)((info.UsesTimestamps ? 1 : 0) | (info.UsesSack ? 2 : 0) | (info.UsesWindowScale ? 4 : 0) | (info.UsesEcn ? 8 : 0)
            | (info.HasSeenEcn ? 16 : 0) | (info.SynDataAccepted ? 32 : 0));

    private static byte Byte(int value) => (byte)Math.Min(value, byte.MaxValue);

    private static long Milliseconds(long microseconds) => microseconds / 1000;

    private static long Segments(in TcpInfo info, long bytes) => (bytes + Math.Max(1, info.SendMaximumSegment) - 1) / Math.Max(1, info.SendMaximumSegment);

    private static long Whole(in TcpInfo info, int bytes) => bytes / Math.Max(1, info.SendMaximumSegment);

    private static void Number(Span<byte> destination, int offset, long value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(destination[offset..], (uint)Math.Clamp(value, 0, uint.MaxValue));

    private static void Long(Span<byte> destination, int offset, long value) => BinaryPrimitives.WriteInt64LittleEndian(destination[offset..], value);
}

using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>
/// SYN cookies (RFC 4987, section 3.6): when there's no room to remember a request, everything about it is put into the numbers of our answer, which the peer's
/// acknowledgement brings back. The initial sequence number holds the time, the segment size and a keyed hash; the timestamp's low bits hold what no number else has room
/// for: window scale, SACK and ECN.
/// </summary>
/// <remarks>
/// Sequence number: 5 bits of time and 3 of segment size, both under a mask of the endpoints, then 24 of the hash. Timestamp: ECN in bit 5, SACK in bit 4 and the peer's shift in bits 0 to 3
/// (15: none).
/// </remarks>
internal sealed class SynCookies(Clock clock, Random random)
{
    /// <summary>A period is 2**26 microseconds, 67 seconds; a cookie holds in its own and in the next.</summary>
    private const int PeriodShift = 26;

    private const int HashBits = 24;
    private const uint OptionMask = 63;
    private const uint SackBit = 16;
    private const uint EcnBit = 32;
    private const uint NoScale = 15;

    private readonly ulong _key0 = (ulong)random.NextInt64();
    private readonly ulong _key1 = (ulong)random.NextInt64();

    /// <summary>How long after the last one was sent a cookie may still come back, in microseconds.</summary>
    public const long Lifetime = 2L << PeriodShift;

    /// <summary>Segment sizes that are common; a peer's is rounded down to one.</summary>
    private static ReadOnlySpan<ushort> Sizes => [216, 536, 1220, 1360, 1400, 1440, 1460, 8960];

    /// <summary>The initial sequence number for a request.</summary>
    /// <param name="request">The SYN.</param>
    /// <param name="defaultSize">What a SYN without an MSS option means.</param>
    public SequenceNumber Make(in IncomingSegment request, int defaultSize)
    {
        int size = request.Options.MaximumSegmentSize == 0 ? defaultSize : request.Options.MaximumSegmentSize, index = Sizes.Length - 1;
        while (index > 0 && Sizes[index] > size)
            index--;
        return new SequenceNumber(Compose(request.Local, request.Remote, request.Sequence, (uint)(clock.Now >> PeriodShift), (uint)index));
    }

    /// <summary>The timestamp of the answer: not later than now, and not so early that it would matter.</summary>
    public static uint MakeTimestamp(uint now, in TcpOptions peer, bool usesEcn)
    {
        uint value = (now & ~OptionMask) | (usesEcn ? EcnBit : 0) | (peer.SackPermitted ? SackBit : 0) | (peer.HasWindowScale ? peer.WindowScale : NoScale);
        return (int)(value - now) > 0 ? value - OptionMask - 1 : value;
    }

    /// <summary>Whether an acknowledgement answers a cookie of ours.</summary>
    /// <param name="answer">The peer's acknowledgement.</param>
    /// <param name="options">What its SYN had.</param>
    /// <param name="usesEcn">Whether it asked for ECN.</param>
    public bool TryRead(in IncomingSegment answer, out TcpOptions options, out bool usesEcn)
    {
        options = default;
        usesEcn = false;
        uint cookie = (answer.Acknowledgment - 1).Value;
        SequenceNumber irs = answer.Sequence - 1;
        uint now = (uint)(clock.Now >> PeriodShift);
        for (uint age = 0; age < 2; age++)
        {
            for (uint index = 0; index < Sizes.Length; index++)
            {
                if (Compose(answer.Local, answer.Remote, irs, now - age, index) != cookie)
                    continue;
                options.MaximumSegmentSize = Sizes[(int)index];
                ReadTimestamp(answer.Options, ref options);
                usesEcn = answer.Options.HasTimestamps && (answer.Options.TimestampEcho & EcnBit) != 0;
                return true;
            }
        }
        return false;
    }

    private static void ReadTimestamp(in TcpOptions answer, ref TcpOptions options)
    {
        if (!answer.HasTimestamps)
            return;
        options.HasTimestamps = true;
        options.TimestampValue = answer.TimestampValue;
        options.SackPermitted = (answer.TimestampEcho & SackBit) != 0;
        byte scale = (byte)(answer.TimestampEcho & 15);
        options.HasWindowScale = scale <= TcpOptions.MaximumWindowScale;
        options.WindowScale = options.HasWindowScale ? scale : (byte)0;
    }

    private uint Compose(in InetEndpoint local, in InetEndpoint remote, SequenceNumber irs, uint period, uint index)
    {
        uint open = (period << 3 | index) & 0xff;
        return ((uint)Hash(local, remote, irs, uint.MaxValue) << HashBits ^ open << HashBits) | ((uint)Hash(local, remote, irs, period << 3 | index) & ((1u << HashBits) - 1));
    }

    private ulong Hash(in InetEndpoint local, in InetEndpoint remote, SequenceNumber irs, uint secret)
    {
        Span<byte> bytes = stackalloc byte[44];
        int size = local.Address.Size;
        local.Address.Write(bytes);
        remote.Address.Write(bytes[size..]);
        Span<byte> rest = bytes[(2 * size)..];
        BinaryPrimitives.WriteUInt16LittleEndian(rest, local.Port);
        BinaryPrimitives.WriteUInt16LittleEndian(rest[2..], remote.Port);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[4..], irs.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[8..], secret);
        return SipHash.Compute(_key0, _key1, bytes[..(2 * size + 12)]);
    }
}

using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>A Membership Query of any version (RFC 3376, section 4.1). Times are in microseconds.</summary>
internal readonly ref struct IgmpQuery
{
    public const int MinimumLength = 8;

    private const int Version3Length = 12;
    private const long Tenth = 100_000, Second = 1_000_000;

    /// <summary>Version 1 doesn't say; RFC 3376, section 7.2.1.</summary>
    private const long Version1Response = 10 * Second;

    public required int Version { get; init; }

    /// <summary>0: a General Query, about every group.</summary>
    public required uint Group { get; init; }

    /// <summary>The answer is to come within this time.</summary>
    public required long MaximumResponse { get; init; }

    /// <summary>The Querier's Robustness Variable; 0: it doesn't tell.</summary>
    public int Robustness { get; init; }

    /// <summary>The time between its General Queries; 0: it doesn't tell.</summary>
    public long Interval { get; init; }

    /// <summary>How many sources it asks about; 0: whoever they are.</summary>
    public int SourceCount { get; init; }

    /// <summary>Their addresses, 4 bytes each; empty where there are more than the reader had room for.</summary>
    public ReadOnlySpan<byte> Sources { get; init; }

    /// <summary>Section 7.1: the version is told by the length, and 1 from 2 by the Max Resp Code.</summary>
    /// <param name="message">The beginning of the message, at least <see cref="MinimumLength"/> bytes.</param>
    /// <param name="length">Of the whole message.</param>
    /// <param name="query">Valid when the result is <c>true</c>.</param>
    public static bool TryRead(ReadOnlySpan<byte> message, int length, out IgmpQuery query)
    {
        query = default;
        byte code = message[1];
        uint group = BinaryPrimitives.ReadUInt32BigEndian(message[4..]);
        if (group != 0 && group >> 28 != 0xe)
            return false;
        if (length == MinimumLength)
        {
            query = new IgmpQuery { Version = code == 0 ? 1 : 2, Group = code == 0 ? 0 : group, MaximumResponse = code == 0 ? Version1Response : code * Tenth };
            return true;
        }
        if (length < Version3Length)
            return false;
        int count = BinaryPrimitives.ReadUInt16BigEndian(message[10..]), end = Version3Length + count * 4;
        if (end > length || (group == 0 && count > 0))
            return false;
        query = new IgmpQuery
        {
            Version = 3,
            Group = group,
            MaximumResponse = Decode(code) * Tenth,
            Robustness = message[8] & 7,
            Interval = Decode(message[9]) * Second,
            SourceCount = count,
            Sources = end <= message.Length ? message[Version3Length..end] : default,
        };
        return true;
    }

    /// <summary>Section 4.1.1: from 128 on a floating-point number, of three bits of exponent and four of mantissa.</summary>
    private static long Decode(byte code) => code < 128 ? code : (code & 0xf | 0x10L) << ((code >> 4 & 7) + 3);
}

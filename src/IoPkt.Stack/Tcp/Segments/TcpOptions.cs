using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>The options of one segment, read or to be written.</summary>
internal struct TcpOptions
{
    private const byte EndOfList = 0;
    private const byte NoOperation = 1;
    private const byte MaximumSegmentSizeKind = 2;
    private const byte WindowScaleKind = 3;
    private const byte SackPermittedKind = 4;
    private const byte SackKind = 5;
    private const byte TimestampsKind = 8;
    private const byte FastOpenKind = 34;

    /// <summary>RFC 6994: an option of two bytes that say whose it is. Fast Open had one before it had a number (RFC 7413, appendix A.2), and some clients still send it.</summary>
    private const byte ExperimentKind = 254;
    private const ushort FastOpenExperiment = 0xf989;

    /// <summary>Bytes that the timestamps option takes in a segment, padding included.</summary>
    public const int TimestampsLength = 12;

    /// <summary>RFC 7323, section 2.3: a larger shift count is to be taken as this one.</summary>
    public const byte MaximumWindowScale = 14;

    /// <summary>RFC 9293, section 3.7.1. 0: absent.</summary>
    public ushort MaximumSegmentSize;

    /// <summary>RFC 7323, section 2.</summary>
    public bool HasWindowScale;
    public byte WindowScale;

    /// <summary>RFC 2018, section 2.</summary>
    public bool SackPermitted;

    /// <summary>RFC 7323, section 3.</summary>
    public bool HasTimestamps;
    public uint TimestampValue;
    public uint TimestampEcho;

    /// <summary>RFC 7413, section 4.1.1: a cookie, or with none a request for one.</summary>
    public bool HasFastOpen;
    public FastOpenCookie FastOpen;

    /// <summary>RFC 2018, section 3.</summary>
    public int SackCount;
    public SackBlocks Sack;

    /// <summary>
    /// Reads a header's options. What is malformed is skipped: RFC 9293, section 3.1 (MUST-7), "TCP implementations MUST be prepared to handle an illegal option
    /// length (e.g., zero); a suggested procedure is to reset the connection and log the error cause"; we keep what came before it, as other stacks do.
    /// </summary>
    /// <returns>Whether all of it was well formed.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TcpOptions options)
    {
        options = default;
        while (bytes.Length > 0)
        {
            byte kind = bytes[0];
            if (kind == EndOfList)
                return true;
            if (kind == NoOperation)
            {
                bytes = bytes[1..];
                continue;
            }
            if (bytes.Length < 2 || bytes[1] < 2 || bytes[1] > bytes.Length)
                return false;
            options.ReadOne(kind, bytes[2..bytes[1]]);
            bytes = bytes[bytes[1]..];
        }
        return true;
    }

    /// <summary>Bytes that <see cref="Write"/> needs: a multiple of four.</summary>
    public readonly int Length =>
        (MaximumSegmentSize != 0 ? 4 : 0) + (HasWindowScale ? 4 : 0)
        + (HasTimestamps ? TimestampsLength : SackPermitted ? 4 : 0)
        + (HasFastOpen ? (FastOpenHeader + FastOpen.Length + 3) & ~3 : 0)
        + (SackCount > 0 ? 4 + 8 * SackCount : 0);

    private readonly int FastOpenHeader => FastOpen.IsExperimental ? 4 : 2;

    /// <summary>How many blocks fit beside the options already set.</summary>
    public readonly int SackRoom => Math.Clamp((TcpHeader.MaximumLength - TcpHeader.MinimumLength - Length - 4) / 8, 0, SackBlocks.Capacity);

    /// <summary>Writes the options, each aligned, padded with NOPs in front as RFC 7323, appendix A, recommends; Fast Open's, whose length varies, has them behind.</summary>
    public readonly void Write(Span<byte> bytes)
    {
        if (MaximumSegmentSize != 0)
        {
            bytes[0] = MaximumSegmentSizeKind;
            bytes[1] = 4;
            BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], MaximumSegmentSize);
            bytes = bytes[4..];
        }
        if (HasTimestamps)
        {
            bytes[0] = SackPermitted ? SackPermittedKind : NoOperation;
            bytes[1] = SackPermitted ? (byte)2 : NoOperation;
            bytes[2] = TimestampsKind;
            bytes[3] = 10;
            BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], TimestampValue);
            BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], TimestampEcho);
            bytes = bytes[12..];
        }
        else if (SackPermitted)
        {
            bytes[0] = bytes[1] = NoOperation;
            bytes[2] = SackPermittedKind;
            bytes[3] = 2;
            bytes = bytes[4..];
        }
        if (HasWindowScale)
        {
            bytes[0] = NoOperation;
            bytes[1] = WindowScaleKind;
            bytes[2] = 3;
            bytes[3] = WindowScale;
            bytes = bytes[4..];
        }
        if (HasFastOpen)
        {
            int header = FastOpenHeader, length = header + FastOpen.Length, padding = -length & 3;
            bytes[0] = FastOpen.IsExperimental ? ExperimentKind : FastOpenKind;
            bytes[1] = (byte)length;
            if (FastOpen.IsExperimental)
                BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], FastOpenExperiment);
            FastOpen.CopyTo(bytes[header..]);
            bytes.Slice(length, padding).Fill(NoOperation);
            bytes = bytes[(padding + length)..];
        }
        if (SackCount == 0)
            return;
        bytes[0] = bytes[1] = NoOperation;
        bytes[2] = SackKind;
        bytes[3] = (byte)(2 + 8 * SackCount);
        for (int i = 0; i < SackCount; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(4 + 8 * i)..], Sack[i].Start.Value);
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(8 + 8 * i)..], Sack[i].End.Value);
        }
    }

    private void ReadOne(byte kind, ReadOnlySpan<byte> value)
    {
        switch (kind)
        {
            case MaximumSegmentSizeKind when value.Length == 2:
                MaximumSegmentSize = BinaryPrimitives.ReadUInt16BigEndian(value);
                break;
            case WindowScaleKind when value.Length == 1:
                HasWindowScale = true;
                WindowScale = Math.Min(value[0], MaximumWindowScale);
                break;
            case SackPermittedKind when value.Length == 0:
                SackPermitted = true;
                break;
            case TimestampsKind when value.Length == 8:
                HasTimestamps = true;
                TimestampValue = BinaryPrimitives.ReadUInt32BigEndian(value);
                TimestampEcho = BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
                break;
            case FastOpenKind when FastOpenCookie.IsValidLength(value.Length):
                HasFastOpen = true;
                FastOpen = new FastOpenCookie(value);
                break;
            case ExperimentKind when value.Length >= 2 && BinaryPrimitives.ReadUInt16BigEndian(value) == FastOpenExperiment && FastOpenCookie.IsValidLength(value.Length - 2):
                HasFastOpen = true;
                FastOpen = new FastOpenCookie(value[2..]) { IsExperimental = true };
                break;
            case SackKind when value.Length % 8 == 0:
                SackCount = Math.Min(value.Length / 8, SackBlocks.Capacity);
                for (int i = 0; i < SackCount; i++)
                {
                    Sack[i] = new SackBlock(new SequenceNumber(BinaryPrimitives.ReadUInt32BigEndian(value[(8 * i)..])),
                        new SequenceNumber(BinaryPrimitives.ReadUInt32BigEndian(value[(8 * i + 4)..])));
                }
                break;
        }
    }
}

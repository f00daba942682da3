using System.Runtime.CompilerServices;

namespace IoPkt.Stack;

/// <summary>Data that the receiver holds beyond a gap (RFC 2018): [Start, End).</summary>
internal readonly record struct SackBlock(SequenceNumber Start, SequenceNumber End);

/// <summary>As many blocks as a header has room for.</summary>
[InlineArray(Capacity)]
internal struct SackBlocks
{
    public const int Capacity = 4;

    private SackBlock _first;
}

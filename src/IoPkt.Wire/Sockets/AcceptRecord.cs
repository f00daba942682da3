using System.Buffers.Binary;

namespace IoPkt.Wire.Sockets;

/// <summary>What comes down a listening descriptor with each new connection's descriptor: section 4 of <c>docs/wire-format.md</c>.</summary>
public readonly record struct AcceptRecord(SockAddr Peer, SockAddr Local)
{
    /// <summary>"ACPT".</summary>
    public const uint Magic = 0x5450_4341;

    public const int Size = 64;

    private const int PeerOffset = 8;
    private const int LocalOffset = 36;

    public static bool TryRead(ReadOnlySpan<byte> record, out AcceptRecord accepted)
    {
        accepted = default;
        if (record.Length < Size || BinaryPrimitives.ReadUInt32LittleEndian(record) != Magic)
            return false;
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(record[4..]);
        if (size > SockAddr.MaximumSize
            || !SockAddr.TryRead(record.Slice(PeerOffset, (int)size), out SockAddr peer)
            || !SockAddr.TryRead(record.Slice(LocalOffset, (int)size), out SockAddr local))
            return false;
        accepted = new AcceptRecord(peer, local);
        return true;
    }

    public void Write(Span<byte> record)
    {
        record[..Size].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(record, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)Peer.Size);
        Peer.Write(record[PeerOffset..]);
        Local.Write(record[LocalOffset..]);
    }
}

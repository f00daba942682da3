namespace IoPkt.Legacy;

/// <summary>
/// A packet in io-net's manner: one Ethernet frame, whose data lie in one or more buffers. Handles are reused, so a driver must not keep one that it has given away.
/// </summary>
public sealed class Npkt
{
    /// <summary>The frame, for whoever made the handle; a driver uses <see cref="Data"/>, <see cref="CopyTo"/> and <see cref="Commit"/>.</summary>
    public Mbuf? Frame { get; set; }

    /// <summary>The next one of a list or queue, for whoever owns the packet.</summary>
    public Npkt? Next { get; set; }

    /// <summary>Bytes of the frame.</summary>
    public int Length => Frame!.Packet.Length;

    /// <summary>The frame, if it's in one piece, which an allocated packet is; otherwise <see cref="CopyTo"/> collects it.</summary>
    public bool IsContiguous => Frame!.Next is null;

    /// <summary>The bytes of the first buffer: the whole frame if <see cref="IsContiguous"/>.</summary>
    public Span<byte> Data => Frame!.Span;

    /// <summary>Of an allocated packet: where the frame is to be written.</summary>
    public Span<byte> Free => Frame!.TrailingSpan;

    /// <summary>Of an allocated packet: so many bytes have been written into <see cref="Free"/>.</summary>
    public void Commit(int length) => Frame!.Commit(length);

    /// <summary>Collects the frame from its buffers.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    public void CopyTo(Span<byte> destination) => Frame!.CopyTo(0, destination[..Length]);
}

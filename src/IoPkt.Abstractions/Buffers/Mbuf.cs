using System.Diagnostics;

namespace IoPkt;

/// <summary>
/// A piece of a packet: BSD's memory buffer. The handle is a pooled managed object; the bytes are native memory, either the mbuf's own small store
/// or a part of a shared <see cref="Cluster"/>. Mbufs chain through <see cref="Next"/> to make one packet, and packets queue in an <see cref="MbufQueue"/>.
/// </summary>
/// <remarks>
/// An mbuf belongs to one holder at a time. Passing it on passes the ownership; whoever has it last calls <see cref="Free"/>.
/// Only cluster memory may be shared, by <see cref="CopyRange(int, int)"/>, and shared memory is read-only by convention: <see cref="IsWritable"/> tells.
/// </remarks>
public sealed unsafe partial class Mbuf
{
    /// <summary>Bytes of an mbuf's own store: enough for all headers of any packet the stack makes, or for a small packet.</summary>
    public const int InternalSize = 256;

    /// <summary>Room that a new packet's first mbuf keeps free in front, for the headers of the layers below (link, VLAN, IPv6, TCP with options, and a virtio header).</summary>
    public const int HeaderRoom = 160;

    private readonly MbufPool _pool;
    private readonly byte* _internal;
    private Cluster? _cluster;
    private byte* _store;
    private int _capacity;
    private int _offset;
    private int _length;

    internal Mbuf(MbufPool pool, byte* memory)
    {
        _pool = pool;
        _internal = memory;
        Reset();
    }

    /// <summary>The rest of this packet.</summary>
    public Mbuf? Next;

    /// <summary>The next packet, while this one is in a queue.</summary>
    internal Mbuf? NextPacket;

    /// <summary>Valid in the first mbuf of a packet.</summary>
    public PacketHeader Packet;

    /// <summary>Bytes of data in this mbuf alone.</summary>
    public int Length => _length;

    /// <summary>Free bytes before and after the data. Memory shared with another mbuf has none.</summary>
    public int LeadingSpace => IsWritable ? _offset : 0;

    public int TrailingSpace => IsWritable ? _capacity - _offset - _length : 0;

    public bool IsWritable => _cluster is null || _cluster.IsExclusive;

    public bool HasCluster => _cluster is not null;

    /// <summary>Bytes of memory behind this mbuf: what a socket buffer is charged for holding it.</summary>
    public int StorageSize => InternalSize + (_cluster?.Size ?? 0);

    /// <summary>The data. The span must not outlive the caller's ownership of the mbuf.</summary>
    public Span<byte> Span => new(_store + _offset, _length);

    /// <summary>The free memory after the data, for <see cref="Commit"/>.</summary>
    public Span<byte> TrailingSpan => new(_store + _offset + _length, TrailingSpace);

    /// <summary>Address of the first byte of data, for scatter and gather lists.</summary>
    public nint Address => (nint)(_store + _offset);

    public nint TrailingAddress => (nint)(_store + _offset + _length);

    internal Cluster? Cluster => _cluster;

    internal MbufPool Pool => _pool;

    /// <summary>Makes the first <paramref name="count"/> bytes of <see cref="TrailingSpan"/> part of the data, and of the packet's length.</summary>
    public void Commit(int count)
    {
        Debug.Assert((uint)count <= (uint)TrailingSpace);
        _length += count;
        Packet.Length += count;
    }

    /// <summary>Moves the (empty) data's position so that <paramref name="count"/> bytes are free in front of it.</summary>
    public void Reserve(int count)
    {
        Debug.Assert(_length == 0 && count <= _capacity);
        _offset = count;
    }

    /// <summary>Gives the whole chain back to its pool. The caller must not touch it again.</summary>
    public void Free() => _pool.Free(this);

    internal void Reset()
    {
        _store = _internal;
        _capacity = InternalSize;
        _offset = _length = 0;
        _cluster = null;
        Next = NextPacket = null;
        Packet = default;
    }

    internal void Attach(Cluster cluster, int offset = 0, int length = 0)
    {
        _cluster = cluster;
        _store = cluster.Memory;
        _capacity = cluster.Size;
        _offset = offset;
        _length = length;
    }

    /// <summary>Exchanges only the position: the bytes stay where they are.</summary>
    private void Narrow(int fromFront, int length)
    {
        _offset += fromFront;
        _length = length;
    }
}

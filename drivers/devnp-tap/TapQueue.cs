using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using IoPkt.Drivers.Tap.Native;

namespace IoPkt.Drivers.Tap;

/// <summary>
/// One queue of a TAP device. A frame is received straight into packet memory: a cluster, and behind it a large cluster that only a merged segment or a jumbo frame
/// reaches, so that small frames take little and large ones need no copy. It's sent from wherever its mbufs lie.
/// </summary>
internal sealed unsafe class TapQueue(TapDescriptor tap, MbufPool pool, bool headers) : IDeviceQueue, IDisposable
{
    /// <summary>Before a frame, and the virtio header if there is one: puts the IP header behind a 14-byte Ethernet header on a 16-byte boundary.</summary>
    private readonly int _padding = headers ? 32 - 14 - VirtioHeader.Size : 2;

    /// <summary>An Ethernet header with two VLAN tags.</summary>
    private const int LargestLinkHeader = 22;

    /// <summary>Mbufs of a frame that are gathered; a frame in more pieces is copied together first.</summary>
    private const int MaximumPieces = 64;

    private Mbuf? _small;
    private Mbuf? _large;
    private volatile int _mtu = TapOptions.DefaultMtu;

    public TapDescriptor Tap => tap;

    public int Descriptor => tap.Number;

    public DeviceCounters Received { get; } = new();

    public DeviceCounters Transmitted { get; } = new();

    public void SetMtu(int mtu) => _mtu = mtu;

    public int Receive(ref MbufQueue frames, int budget)
    {
        int taken = 0, kept = 0;
        long bytes = 0;
        for (; taken < budget; taken++)
        {
            int length = ReceiveOne(ref frames);
            if (length < 0)
                break;
            if (length == 0)
                continue;
            kept++;
            bytes += length;
        }
        if (kept > 0)
            Received.Add(kept, bytes);
        return taken;
    }

    public void Transmit(ref MbufQueue frames)
    {
        int sent = 0;
        long bytes = 0;
        while (frames.TryDequeue(out Mbuf? frame))
        {
            int length = frame.Packet.Length;
            if (Send(frame))
            {
                sent++;
                bytes += length;
            }
        }
        if (sent > 0)
            Transmitted.Add(sent, bytes);
    }

    public void Dispose()
    {
        _small?.Free();
        _large?.Free();
        _small = _large = null;
        tap.Dispose();
    }

    /// <returns>The frame's length; 0: it was dropped; −1: there is none.</returns>
    private int ReceiveOne(ref MbufQueue frames)
    {
        LibC.IoVector* vectors = stackalloc LibC.IoVector[2];
        byte* discarded = stackalloc byte[VirtioHeader.Size];
        int count = 0;
        bool memory = PrepareBuffers();
        if (memory)
        {
            vectors[count++] = Free(_small!);
            if (_large is { } large)
                vectors[count++] = Free(large);
        }
        else
        {
            // The frame has to be taken from the device all the same, or the device would stay readable and we would spin. What doesn't fit is cut off.
            vectors[count++] = new LibC.IoVector { Base = (nint)discarded, Length = VirtioHeader.Size };
        }
        int length = Read(vectors, count);
        if (length < 0)
            return -1;
        if (!memory)
        {
            Received.AddDrops(1);
            return 0;
        }
        Mbuf frame = Fill(length);
        if (headers && !TryTakeHeader(frame))
        {
            Received.AddErrors(1);
            frame.Free();
            return 0;
        }
        length = frame.Packet.Length;
        frames.Enqueue(frame);
        return length;
    }

    /// <returns>Bytes read, the virtio header counted; −1: no frame waits.</returns>
    private int Read(LibC.IoVector* vectors, int count)
    {
        for (; ; )
        {
            nint read = count == 1 ? LibC.Read(tap.Number, vectors->Base, vectors->Length) : LibC.ReadVector(tap.Number, vectors, count);
            if (read >= 0)
                return (int)read;
            switch (Marshal.GetLastPInvokeError())
            {
                case LibC.EAGAIN:
                    return -1;
                case LibC.EINTR:
                    continue;
                default:
                    // Somebody has deleted the device: there is nothing to be read any more, ever.
                    throw new IOException($"the host's device {tap.Name} is gone: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
    }

    /// <returns>Whether there is memory for any frame that may come.</returns>
    private bool PrepareBuffers()
    {
        if (_small is null)
        {
            _small = pool.GetCluster();
            if (_small is null)
                return false;
            _small.Reserve(_padding);
        }
        if (!headers && _mtu + LargestLinkHeader <= _small.TrailingSpace)
            return true;
        _large ??= pool.GetLargeCluster();
        return _large is not null;
    }

    /// <summary>Makes a packet of the buffers that hold a frame, and keeps the large one if it wasn't reached.</summary>
    private Mbuf Fill(int length)
    {
        Mbuf frame = _small!;
        _small = null;
        int first = Math.Min(length, frame.TrailingSpace);
        frame.Commit(first);
        if (length > first)
        {
            Mbuf rest = _large!;
            _large = null;
            rest.Commit(length - first);
            frame.Concatenate(rest);
        }
        return frame;
    }

    private static bool TryTakeHeader(Mbuf frame)
    {
        VirtioHeader header = MemoryMarshal.Read<VirtioHeader>(frame.Span);
        frame.TrimFront(VirtioHeader.Size);
        return header.TryApply(ref frame.Packet);
    }

    /// <returns>Whether the host took the frame; if not, it's counted. The frame is freed.</returns>
    [SkipLocalsInit]
    private bool Send(Mbuf frame)
    {
        if (headers && !TryPutHeader(ref frame))
            return false;
        LibC.IoVector* vectors = stackalloc LibC.IoVector[MaximumPieces];
        int count = 0;
        for (Mbuf? m = frame; m is not null; m = m.Next)
        {
            if (m.Length == 0)
                continue;
            if (count == MaximumPieces)
            {
                if (Join(ref frame) is not { } joined)
                    return false;
                vectors[0] = joined;
                count = 1;
                break;
            }
            vectors[count++] = new LibC.IoVector { Base = m.Address, Length = m.Length };
        }
        bool sent = Write(vectors, count);
        frame.Free();
        return sent;
    }

    /// <summary>In front of the frame, in the same memory if there's room: what the host needn't gather costs it less.</summary>
    private bool TryPutHeader(ref Mbuf frame)
    {
        VirtioHeader header = VirtioHeader.Describe(frame.Packet);
        if (frame.Prepend(VirtioHeader.Size) is not { } whole)
        {
            Transmitted.AddDrops(1);
            return false;
        }
        frame = whole;
        MemoryMarshal.Write(frame.Span, header);
        return true;
    }

    private bool Write(LibC.IoVector* vectors, int count)
    {
        while ((count == 1 ? LibC.Write(tap.Number, vectors->Base, vectors->Length) : LibC.WriteVector(tap.Number, vectors, count)) < 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case LibC.EINTR:
                    continue;
                case LibC.EAGAIN:
                    Transmitted.AddDrops(1);
                    return false;
                default:
                    // EIO above all: the host's side is down.
                    Transmitted.AddErrors(1);
                    return false;
            }
        }
        return true;
    }

    /// <summary>Copies a frame of very many pieces into one.</summary>
    private LibC.IoVector? Join(ref Mbuf frame)
    {
        int length = frame.Packet.Length;
        Mbuf? copy = length <= pool.LargeClusterSize ? pool.GetLargeCluster() : null;
        if (copy is null)
        {
            Transmitted.AddDrops(1);
            frame.Free();
            return null;
        }
        copy.Commit(length);
        frame.CopyTo(0, copy.Span);
        frame.Free();
        frame = copy;
        return new LibC.IoVector { Base = copy.Address, Length = length };
    }

    private static LibC.IoVector Free(Mbuf mbuf) => new() { Base = mbuf.TrailingAddress, Length = mbuf.TrailingSpace };
}

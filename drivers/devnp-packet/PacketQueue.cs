using System.Runtime.InteropServices;
using IoPkt.Drivers.PacketSocket.Native;

namespace IoPkt.Drivers.PacketSocket;

/// <summary>
/// One packet socket: frames are received from its mapped ring, and sent in batches from wherever their mbufs lie. There's a ring for sending, too; but with it the host
/// sends from the ring's own pages, and an interface whose frames are received on the same machine (a veth) may still be reading them when the place is given back.
/// </summary>
internal sealed unsafe class PacketQueue(PacketSocketHandle socket, ReceiveRing ring, MbufPool pool) : IDeviceQueue, IDisposable
{
    /// <summary>Puts the IP header behind a 14-byte Ethernet header on a 16-byte boundary.</summary>
    private const int Alignment = 2;

    private const int SendBatch = 32;
    private const int MaximumPieces = 64;
    private const int AddressesSize = 2 * MacAddress.Size;
    private const int TagSize = 4;
    private const uint TagValid = 0x10; // TP_STATUS_VLAN_VALID
    private const uint Losing = 0x4; // TP_STATUS_LOSING

    private readonly Message* _messages = (Message*)NativeMemory.AllocZeroed(SendBatch, (nuint)sizeof(Message));
    private readonly IoVector* _vectors = (IoVector*)NativeMemory.AllocZeroed(SendBatch * (MaximumPieces + 1), (nuint)sizeof(IoVector));
    private readonly VirtioHeader* _headers = (VirtioHeader*)NativeMemory.AllocZeroed(SendBatch, (nuint)sizeof(VirtioHeader));
    private readonly Mbuf?[] _sending = new Mbuf?[SendBatch];
    private bool _isDisposed;

    public PacketSocketHandle Socket => socket;

    public int Descriptor => socket.Number;

    public DeviceCounters Received { get; } = new();

    public DeviceCounters Transmitted { get; } = new();

    public int Receive(ref MbufQueue frames, int budget)
    {
        int taken = 0, kept = 0;
        long bytes = 0;
        bool losing = false;
        for (; taken < budget && ring.Current is var frame && frame is not null; taken++)
        {
            losing |= (frame->Status & Losing) != 0;
            if (Copy(frame) is { } copy)
            {
                kept++;
                bytes += copy.Packet.Length;
                frames.Enqueue(copy);
            }
            ring.Release();
        }
        if (taken == 0)
            socket.ClearError();
        if (kept > 0)
            Received.Add(kept, bytes);
        if (losing)
            Received.AddDrops(socket.TakeDrops());
        return taken;
    }

    /// <summary>Forgets what was received while the interface was down.</summary>
    public void Discard()
    {
        while (ring.Current is not null)
            ring.Release();
    }

    public void Transmit(ref MbufQueue frames)
    {
        int sent = 0;
        long bytes = 0;
        while (!frames.IsEmpty)
        {
            int count = Gather(ref frames);
            for (int i = 0; i < count; i++)
                bytes += _sending[i]!.Packet.Length;
            sent += Send(count, ref bytes);
            for (int i = 0; i < count; i++)
            {
                _sending[i]!.Free();
                _sending[i] = null;
            }
        }
        if (sent > 0)
            Transmitted.Add(sent, bytes);
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        ring.Dispose();
        socket.Dispose();
        NativeMemory.Free(_messages);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_headers);
    }

    private Mbuf? Copy(RingFrame* frame)
    {
        int length = (int)frame->Captured;
        byte* data = (byte*)frame + frame->LinkOffset;
        // The host takes a VLAN tag out of the frame; we want it as it was on the wire.
        int tag = (frame->Status & TagValid) != 0 && length >= AddressesSize ? TagSize : 0;
        if (frame->Captured < frame->Length)
        {
            Received.AddErrors(1);
            return null;
        }
        Mbuf? copy = pool.GetClusterFor(length + tag + Alignment);
        if (copy is null)
        {
            Received.AddDrops(1);
            return null;
        }
        copy.Reserve(Alignment);
        ReadOnlySpan<byte> source = new(data, length);
        Span<byte> target = copy.TrailingSpan;
        if (tag > 0)
        {
            source[..AddressesSize].CopyTo(target);
            WriteTag(target[AddressesSize..], frame->VlanProtocol, frame->VlanTag);
            source[AddressesSize..].CopyTo(target[(AddressesSize + TagSize)..]);
        }
        else
        {
            source.CopyTo(target);
        }
        copy.Commit(length + tag);
        if (((VirtioHeader*)(data - VirtioHeader.Size))->TryApply(ref copy.Packet))
        {
            if (tag > 0)
                copy.Packet.ChecksumStart += TagSize;
            return copy;
        }
        Received.AddErrors(1);
        copy.Free();
        return null;
    }

    private static void WriteTag(Span<byte> target, ushort protocol, ushort tag)
    {
        target[0] = (byte)(protocol >> 8);
        target[1] = (byte)protocol;
        target[2] = (byte)(tag >> 8);
        target[3] = (byte)tag;
    }

    /// <summary>Takes up to a batch of frames and describes them to the host. A frame of very many pieces is copied together first.</summary>
    private int Gather(ref MbufQueue frames)
    {
        int count = 0;
        while (count < SendBatch && frames.TryDequeue(out Mbuf? frame))
        {
            if (Join(frame) is not { } joined)
            {
                Transmitted.AddDrops(1);
                continue;
            }
            IoVector* vectors = _vectors + count * (MaximumPieces + 1);
            int pieces = 0;
            _headers[count] = VirtioHeader.Describe(joined.Packet);
            vectors[pieces++] = new IoVector { Base = (nint)(_headers + count), Length = VirtioHeader.Size };
            for (Mbuf? m = joined; m is not null; m = m.Next)
            {
                if (m.Length > 0)
                    vectors[pieces++] = new IoVector { Base = m.Address, Length = m.Length };
            }
            _messages[count].Vectors = vectors;
            _messages[count].VectorCount = pieces;
            _sending[count++] = joined;
        }
        return count;
    }

    /// <returns>How many frames left; the bytes of the others are taken off.</returns>
    private int Send(int count, ref long bytes)
    {
        int sent = 0;
        for (int next = 0; next < count;)
        {
            int done = LibC.SendMessages(socket.Number, _messages + next, (uint)(count - next), LibC.MSG_DONTWAIT);
            if (done > 0)
            {
                sent += done;
                next += done;
                continue;
            }
            int error = Marshal.GetLastPInvokeError();
            if (error == LibC.EINTR)
                continue;
            bytes -= _sending[next]!.Packet.Length;
            next++;
            if (error is LibC.EAGAIN or LibC.ENOBUFS)
                Transmitted.AddDrops(1);
            else
                Transmitted.AddErrors(1);
        }
        return sent;
    }

    private Mbuf? Join(Mbuf frame)
    {
        int pieces = 0;
        for (Mbuf? m = frame; m is not null; m = m.Next)
        {
            if (m.Length > 0)
                pieces++;
        }
        if (pieces <= MaximumPieces)
            return frame;
        int length = frame.Packet.Length;
        Mbuf? copy = length <= pool.LargeClusterSize ? pool.GetLargeCluster() : null;
        if (copy is not null)
        {
            copy.Commit(length);
            frame.CopyTo(0, copy.Span);
            copy.Packet = frame.Packet;
        }
        frame.Free();
        return copy;
    }
}

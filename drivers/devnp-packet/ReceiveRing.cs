using System.Runtime.CompilerServices;
using IoPkt.Drivers.PacketSocket.Native;

namespace IoPkt.Drivers.PacketSocket;

/// <summary>
/// The ring of received frames that a packet socket shares with the host, in its second version: a frame a place, which its status word hands to and fro. (The third
/// version packs frames more tightly, but hands them over a block at a time, up to a millisecond late.)
/// </summary>
internal sealed unsafe class ReceiveRing : IDisposable
{
    private const uint OwnedByHost = 0; // TP_STATUS_KERNEL
    private const uint OwnedByUs = 1; // TP_STATUS_USER
    private const int BlockSize = 1 << 20;
    private const int FrameAlignment = 16; // TPACKET_ALIGNMENT

    private readonly nint _memory;
    private readonly nint _length;
    private readonly int _frameSize;
    private readonly int _framesPerBlock;
    private readonly int _blocks;
    private int _block;
    private int _frame;
    private bool _isDisposed;

    public ReceiveRing(nint memory, nint length, in RingRequest layout)
    {
        _memory = memory;
        _length = length;
        _frameSize = (int)layout.FrameSize;
        _blocks = (int)layout.BlockCount;
        _framesPerBlock = (int)(layout.FrameCount / layout.BlockCount);
    }

    /// <param name="bytes">How much memory, about.</param>
    /// <param name="frameSize">Bytes of the largest frame with what the host puts in front of it.</param>
    public static RingRequest Layout(int bytes, int frameSize)
    {
        uint frame = (uint)(frameSize + FrameAlignment - 1) & ~(uint)(FrameAlignment - 1);
        uint blocks = (uint)Math.Max(1, bytes / BlockSize);
        return new RingRequest { BlockSize = BlockSize, BlockCount = blocks, FrameSize = frame, FrameCount = BlockSize / frame * blocks };
    }

    /// <summary>The next received frame; <c>null</c>: there is none. It stays until <see cref="Release"/>.</summary>
    public RingFrame* Current
    {
        get
        {
            RingFrame* frame = At(_block, _frame);
            return (Volatile.Read(ref Unsafe.AsRef<uint>(&frame->Status)) & OwnedByUs) != 0 ? frame : null;
        }
    }

    /// <summary>Gives the current frame's place back to the host.</summary>
    public void Release()
    {
        RingFrame* frame = At(_block, _frame);
        Volatile.Write(ref Unsafe.AsRef<uint>(&frame->Status), OwnedByHost);
        if (++_frame < _framesPerBlock)
            return;
        _frame = 0;
        _block = _block + 1 == _blocks ? 0 : _block + 1;
    }

    public void Dispose()
    {
        if (!_isDisposed)
            _ = LibC.Unmap(_memory, _length);
        _isDisposed = true;
    }

    /// <summary>A block's end may be too short for another frame; frames don't cross blocks.</summary>
    private RingFrame* At(int block, int frame) => (RingFrame*)(_memory + (nint)block * BlockSize + (nint)frame * _frameSize);
}

using System.Diagnostics.CodeAnalysis;

namespace IoPkt;

/// <summary>What one thread keeps at hand (<c>mbuf_cache</c>, <c>pkt_cache</c>; <c>cache=0</c> sets both to 0). Only its thread touches it; others may read the counts.</summary>
internal sealed class ThreadCache(MbufPoolOptions options)
{
    private readonly Mbuf[] _mbufs = new Mbuf[options.MbufCache];
    private readonly Mbuf[] _packets = new Mbuf[options.PacketCache];

    public int MbufCount { get; private set; }

    public int PacketCount { get; private set; }

    public bool PacketHasRoom => PacketCount < _packets.Length;

    public bool TryTakeMbuf([MaybeNullWhen(false)] out Mbuf mbuf)
    {
        if (MbufCount == 0)
        {
            mbuf = null;
            return false;
        }
        mbuf = _mbufs[--MbufCount];
        return true;
    }

    public bool TryGiveMbuf(Mbuf mbuf)
    {
        if (MbufCount == _mbufs.Length)
            return false;
        _mbufs[MbufCount++] = mbuf;
        return true;
    }

    public bool TryTakePacket([MaybeNullWhen(false)] out Mbuf packet)
    {
        if (PacketCount == 0)
        {
            packet = null;
            return false;
        }
        packet = _packets[--PacketCount];
        return true;
    }

    public void GivePacket(Mbuf packet) => _packets[PacketCount++] = packet;
}

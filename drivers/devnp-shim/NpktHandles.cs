using IoPkt.Legacy;

namespace IoPkt.Drivers.Shim;

/// <summary>Handles that wait to be used again, so that a packet costs no allocation. Any thread.</summary>
internal sealed class NpktHandles
{
    private readonly Lock _lock = new();
    private Npkt? _free;

    public Npkt Take(Mbuf frame)
    {
        Npkt? packet;
        lock (_lock)
        {
            packet = _free;
            if (packet is not null)
                _free = packet.Next;
        }
        packet ??= new Npkt();
        packet.Next = null;
        packet.Frame = frame;
        return packet;
    }

    /// <returns>The frame, which is the caller's.</returns>
    /// <exception cref="InvalidOperationException">The packet has been given back already.</exception>
    public Mbuf Give(Npkt packet)
    {
        Mbuf frame = packet.Frame ?? throw new InvalidOperationException("a packet was given back twice");
        packet.Frame = null;
        lock (_lock)
        {
            packet.Next = _free;
            _free = packet;
        }
        return frame;
    }
}

using System.Diagnostics.CodeAnalysis;

namespace IoPkt;

/// <summary>A first-in, first-out list of packets, linked through the mbufs themselves. It's a struct: pass it by reference. Not for several threads at once.</summary>
public struct MbufQueue
{
    private Mbuf? _head;
    private Mbuf? _tail;

    public int Count { get; private set; }

    public readonly bool IsEmpty => _head is null;

    public readonly Mbuf? Head => _head;

    /// <summary>The packet after <paramref name="packet"/>, for looking through a queue without taking from it.</summary>
    public static Mbuf? Following(Mbuf packet) => packet.NextPacket;

    public void Enqueue(Mbuf packet)
    {
        packet.NextPacket = null;
        if (_tail is null)
            _head = packet;
        else
            _tail.NextPacket = packet;
        _tail = packet;
        Count++;
    }

    public bool TryDequeue([MaybeNullWhen(false)] out Mbuf packet)
    {
        packet = _head;
        if (packet is null)
            return false;
        _head = packet.NextPacket;
        if (_head is null)
            _tail = null;
        packet.NextPacket = null;
        Count--;
        return true;
    }

    /// <summary>Moves all of <paramref name="other"/> to the end of this queue.</summary>
    public void Append(ref MbufQueue other)
    {
        if (other._head is null)
            return;
        if (_tail is null)
            _head = other._head;
        else
            _tail.NextPacket = other._head;
        _tail = other._tail;
        Count += other.Count;
        other = default;
    }

    /// <summary>Gives every packet back to its pool.</summary>
    /// <returns>How many there were: the caller counts them as dropped.</returns>
    public int FreeAll()
    {
        int freed = Count;
        while (TryDequeue(out Mbuf? packet))
            packet.Free();
        return freed;
    }
}

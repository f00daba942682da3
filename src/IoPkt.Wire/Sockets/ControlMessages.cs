using System.Buffers.Binary;

namespace IoPkt.Wire.Sockets;

/// <summary>Goes through the control messages of a datagram's message.</summary>
public ref struct ControlMessageReader(ReadOnlySpan<byte> control)
{
    internal const int HeaderSize = 12;

    private ReadOnlySpan<byte> _rest = control;

    /// <summary>What remained couldn't be read: a length goes past the end.</summary>
    public bool IsMalformed { get; private set; }

    public int Level { get; private set; }

    public int Type { get; private set; }

    public ReadOnlySpan<byte> Data { get; private set; }

    /// <returns>Whether there is another one, now in <see cref="Level"/>, <see cref="Type"/> and <see cref="Data"/>.</returns>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        if (_rest.Length < HeaderSize)
        {
            IsMalformed = true;
            return false;
        }
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(_rest[8..]);
        if (length > _rest.Length - HeaderSize)
        {
            IsMalformed = true;
            return false;
        }
        Level = BinaryPrimitives.ReadInt32LittleEndian(_rest);
        Type = BinaryPrimitives.ReadInt32LittleEndian(_rest[4..]);
        Data = _rest.Slice(HeaderSize, (int)length);
        _rest = _rest[Math.Min(_rest.Length, DatagramHeader.Pad(HeaderSize + (int)length))..];
        return true;
    }
}

/// <summary>Writes control messages one after another.</summary>
public ref struct ControlMessageWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    /// <summary>Bytes written so far, padding included.</summary>
    public int Length { get; private set; }

    /// <returns>The bytes for the message's data, cleared; empty when there's no room for them.</returns>
    public Span<byte> Add(int level, int type, int length)
    {
        int padded = DatagramHeader.Pad(ControlMessageReader.HeaderSize + length);
        if (padded > _destination.Length - Length)
            return [];
        Span<byte> entry = _destination.Slice(Length, padded);
        entry.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(entry, level);
        BinaryPrimitives.WriteInt32LittleEndian(entry[4..], type);
        BinaryPrimitives.WriteInt32LittleEndian(entry[8..], length);
        Length += padded;
        return entry.Slice(ControlMessageReader.HeaderSize, length);
    }
}

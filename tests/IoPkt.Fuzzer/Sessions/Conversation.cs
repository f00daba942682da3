using System.Buffers.Binary;

namespace IoPkt.Fuzzer.Sessions;

/// <summary>A connection that is led astray, and what's known of it by what the stack has sent.</summary>
internal sealed class Conversation(ushort localPort, ushort remotePort)
{
    private uint _timestamp = 1000;

    public ushort LocalPort { get; private set; } = localPort;

    public ushort RemotePort { get; } = remotePort;

    /// <summary>Where the stack's data go on.</summary>
    public uint SendNext { get; private set; } = 1;

    /// <summary>What the stack awaits.</summary>
    public uint ReceiveNext { get; private set; } = 1;

    public bool UsesTimestamps { get; private set; }

    public uint TimestampEcho { get; private set; }

    /// <summary>The user's end, if it has one.</summary>
    public TcpSocket? Socket { get; set; }

    public uint NextTimestamp(uint step) => _timestamp += step;

    /// <summary>A segment has left the stack.</summary>
    public void Observe(ReadOnlySpan<byte> segment)
    {
        LocalPort = BinaryPrimitives.ReadUInt16BigEndian(segment);
        int header = (segment[12] >> 4) * 4, flags = segment[13];
        uint end = BinaryPrimitives.ReadUInt32BigEndian(segment[4..]) + (uint)(segment.Length - header) + (uint)(flags & 1) + (uint)(flags >> 1 & 1);
        if ((flags & 4) == 0 && ((flags & 2) != 0 || (int)(end - SendNext) > 0))
            SendNext = end;
        if ((flags & 16) != 0)
            ReceiveNext = BinaryPrimitives.ReadUInt32BigEndian(segment[8..]);
        UsesTimestamps = header >= 32 && segment[header - 10] == 8;
        if (UsesTimestamps)
            TimestampEcho = BinaryPrimitives.ReadUInt32BigEndian(segment[(header - 8)..]);
    }
}

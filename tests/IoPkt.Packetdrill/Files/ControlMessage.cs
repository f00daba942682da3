using System.Buffers.Binary;

namespace IoPkt.Packetdrill.Files;

/// <summary>Linux's <c>struct cmsghdr</c> with an <c>int</c> in it.</summary>
internal static class ControlMessage
{
    /// <summary>TCP_CM_INQ</summary>
    public const int TcpQueue = 36;

    private const int HeaderSize = 16, Alignment = 8;

    public static byte[] Create(int level, int type, int value)
    {
        byte[] message = new byte[HeaderSize + Alignment];
        BinaryPrimitives.WriteInt64LittleEndian(message, HeaderSize + sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(8), level);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(12), type);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(HeaderSize), value);
        return message;
    }
}

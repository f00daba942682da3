using IoPkt.Wire.Sockets;

namespace IoPkt.Packetdrill.Files;

/// <summary>What the two ends of a pipe have in common.</summary>
internal sealed class PipeBuffer
{
    /// <summary>Linux's default: 16 pages.</summary>
    public const int Capacity = 65536;

    public Queue<byte> Bytes { get; } = new();

    public int OpenWriters { get; set; } = 1;

    public int OpenReaders { get; set; } = 1;
}

/// <summary>One end of a pipe.</summary>
internal sealed class PipeFile(PipeBuffer buffer, bool isWriter) : OpenFile
{
    public override PollEvents Poll() => isWriter
        ? buffer.OpenReaders == 0 ? PollEvents.Error : buffer.Bytes.Count < PipeBuffer.Capacity ? PollEvents.Out | PollEvents.WriteNormal : PollEvents.None
        : (buffer.Bytes.Count > 0 ? PollEvents.In | PollEvents.ReadNormal : PollEvents.None) | (buffer.OpenWriters == 0 ? PollEvents.HangUp : PollEvents.None);

    public override long Receive(Span<byte> data, MessageFlags flags, ReceivedMessage message)
    {
        if (isWriter)
            return -(long)Errno.BadDescriptor;
        int count = Math.Min(data.Length, buffer.Bytes.Count);
        for (int i = 0; i < count; i++)
            data[i] = buffer.Bytes.Dequeue();
        return count > 0 || buffer.OpenWriters == 0 ? count : WouldBlock;
    }

    public override long Send(ReadOnlySpan<byte> data, MessageFlags flags, SockAddr? destination)
    {
        if (!isWriter)
            return -(long)Errno.BadDescriptor;
        if (buffer.OpenReaders == 0)
            return -(long)Errno.BrokenPipe;
        int count = Math.Min(data.Length, PipeBuffer.Capacity - buffer.Bytes.Count);
        foreach (byte b in data[..count])
            buffer.Bytes.Enqueue(b);
        return count > 0 || data.IsEmpty ? count : WouldBlock;
    }

    public override void Close()
    {
        if (isWriter)
            buffer.OpenWriters--;
        else
            buffer.OpenReaders--;
    }
}

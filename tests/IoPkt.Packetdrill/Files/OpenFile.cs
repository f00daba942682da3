using IoPkt.Wire.Sockets;

namespace IoPkt.Packetdrill.Files;

/// <summary>What a descriptor of the virtual host stands for. Results are as in Linux's system calls: a negative one is an errno.</summary>
internal abstract class OpenFile
{
    public const long WouldBlock = -(long)Errno.TryAgain;

    /// <summary>O_NONBLOCK</summary>
    public bool IsNonBlocking { get; set; }

    /// <summary>Told of each change that an edge-triggered epoll reports.</summary>
    public Action<PollEvents>? Changed { get; set; }

    /// <summary>What's ready now.</summary>
    public abstract PollEvents Poll();

    /// <summary>Takes what there is.</summary>
    /// <returns>A number of bytes; <see cref="WouldBlock"/>: nothing yet.</returns>
    public virtual long Receive(Span<byte> buffer, MessageFlags flags, ReceivedMessage message) => -(long)Errno.Invalid;

    /// <summary>Takes as much of the data as there's room for.</summary>
    public virtual long Send(ReadOnlySpan<byte> data, MessageFlags flags, SockAddr? destination) => -(long)Errno.Invalid;

    public abstract void Close();
}

/// <summary>What recvmsg tells besides the data.</summary>
public sealed class ReceivedMessage
{
    public SockAddr? Source { get; set; }

    public MessageFlags Flags { get; set; }

    /// <summary>Control messages: <c>struct cmsghdr</c> and data, each aligned to 8 bytes.</summary>
    public byte[] Control { get; set; } = [];
}

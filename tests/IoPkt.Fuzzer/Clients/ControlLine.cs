using System.Net.Sockets;
using IoPkt.Daemon.Sockets.Native;
using IoPkt.Fuzzer.Sessions;
using IoPkt.Wire.Sockets;

namespace IoPkt.Fuzzer.Clients;

/// <summary>A client's connection to the service. Whatever is asked, what comes back is replies to it, one after the other, and as section 1 of <c>docs/wire-format.md</c> has them.</summary>
internal sealed class ControlLine : IDisposable
{
    /// <summary>The service is patient with so many requests that make no sense.</summary>
    private const int Patience = 64;

    private readonly Socket _socket = new(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Seqpacket, ProtocolType.Unspecified) { SendBufferSize = 400_000 };
    private readonly Queue<RequestHeader> _unanswered = new();
    private readonly byte[] _buffer = new byte[WireFormat.MaximumRequest];
    private int _refused;

    public ControlLine(string entry)
    {
        _socket.Connect(new UnixDomainSocketEndPoint(entry));
        _socket.Blocking = false;
    }

    /// <summary>The service has closed it, as it may.</summary>
    public bool IsLost { get; private set; }

    public int Handle => (int)_socket.SafeHandle.DangerousGetHandle();

    /// <returns>Whether the service's queue had room for it.</returns>
    public bool Send(ReadOnlySpan<byte> message, Descriptor? attached)
    {
        if (UnixSocket.Send(Handle, message, attached) != Errno.None)
            return false;
        // What has no header is answered as if it were all zeros.
        RequestHeader.TryRead(message, out RequestHeader request);
        _unanswered.Enqueue(request);
        return true;
    }

    /// <summary>Takes one message of a reply.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="FuzzingException">It's none, or not the one that's due, or the service hung up without a reason.</exception>
    public bool TryReceive(out ReplyHeader reply, out ReadOnlySpan<byte> payload, out Descriptor? attached)
    {
        reply = default;
        payload = default;
        int count = UnixSocket.Receive(Handle, _buffer, out attached, out bool isTruncated, out Errno error);
        if (count < 0 && error == Errno.TryAgain)
            return false;
        if (count <= 0)
        {
            IsLost = true;
            Demand(_refused >= Patience - 1, $"the service hung up ({error}) after {_refused} requests that it refused");
            return false;
        }
        Demand(!isTruncated && ReplyHeader.TryRead(_buffer.AsSpan(0, count), out reply), "a reply of another form");
        Demand(_unanswered.TryPeek(out RequestHeader due), "a reply to nothing");
        Demand(reply.Tag == due.Tag && (ushort)reply.Operation == ((ushort)due.Operation & 0x7fff), $"a reply to {reply.Operation} {reply.Tag}, and {due.Operation} {due.Tag} is due");
        Demand(reply.Error is >= 0 and < 4096 && (attached is null || (reply.Operation == Operation.Socket && reply.Error == 0)), $"a reply with error {reply.Error}, or a descriptor with it");
        if ((reply.Flags & ReplyFlags.More) == 0)
            _unanswered.Dequeue();
        if (reply.Error is (int)Errno.Invalid or (int)Errno.ProtocolNotSupported or (int)Errno.NotSupported)
            _refused++;
        payload = _buffer.AsSpan(ReplyHeader.Size, count - ReplyHeader.Size);
        return true;
    }

    public int Unanswered => _unanswered.Count;

    public void Dispose() => _socket.Dispose();

    private static void Demand(bool holds, string what)
    {
        if (!holds)
            throw new FuzzingException(what);
    }
}

using System.Runtime.CompilerServices;
using IoPkt.Daemon.Management;
using IoPkt.Daemon.Sockets.Native;
using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;
using static IoPkt.Daemon.Sockets.Native.Constants;

namespace IoPkt.Daemon.Sockets;

/// <summary>A UDP or raw socket of a client: section 5 of <c>docs/wire-format.md</c>.</summary>
internal unsafe class DatagramPair : SocketPair
{
    /// <summary>Datagrams that one socket moves in one direction in one batch.</summary>
    private const int Share = 64;

    private const int MaximumVectors = 64;

    private readonly DatagramSocket _socket;
    private Datagram _undelivered;
    private bool _hasUndelivered;
    private Errno _unreportedError;

    public DatagramPair(ServiceRuntime runtime, DatagramSocket socket, PairEnds ends, in ClientCredentials creator)
        : base(runtime, socket, ends, creator) => _socket = socket;

    /// <summary>Which control messages go with received datagrams.</summary>
    public ReceivedControl Control { get; } = new();

    public bool IsConnected { get; private set; }

    public override Errno Listen(int backlog) => Errno.NotSupported;

    public override Errno Connect(InetEndpoint? remote)
    {
        Errno error = _socket.Connect(remote ?? InetEndpoint.Any(_socket.Family));
        if (error == Errno.None)
            IsConnected = remote is not null;
        return error;
    }

    /// <summary>The receiving side's end reaches the client as an end of file, the sending side's as EPIPE.</summary>
    public override Errno Shutdown(SocketShutdown how)
    {
        Errno error = _socket.Shutdown(how);
        if (error is not (Errno.None or Errno.NotConnected))
            return error;
        if (how is SocketShutdown.Receive or SocketShutdown.Both)
            ShutPair(ShutWrite);
        if (how is SocketShutdown.Send or SocketShutdown.Both)
            ShutPair(ShutRead);
        return error;
    }

    public override bool TryGetPeer(out InetEndpoint peer)
    {
        peer = Socket.RemoteEndpoint;
        return IsConnected;
    }

    public override void Abandon() => Close();

    /// <summary>Bytes of payload that the next receive would return, as far as it's still here (SIOCINQ); the kernel's FIONREAD on the descriptor sees the rest.</summary>
    public int NextLength => _hasUndelivered ? _undelivered.Payload.Packet.Length : 0;

    protected override bool Work(SocketEvents events)
    {
        if ((events & SocketEvents.Error) != 0)
            Report(_socket.TakeError());
        if (_unreportedError != Errno.None && (Ready & PollEvents.Writable) != 0)
            Report(_unreportedError);
        bool more = TakeFromClient();
        return IsOpen && (DeliverToClient() || more);
    }

    /// <summary>What the client's message says before the stack sends it; a socket type may change it.</summary>
    /// <returns>Whether it can be sent; if not, the payload has been freed.</returns>
    protected virtual Errno Transform(ref Mbuf payload, ref InetEndpoint? destination) => Errno.None;

    /// <summary>What the stack received before the client sees it.</summary>
    /// <returns>Whether the client is to see it; if not, the payload has been freed.</returns>
    protected virtual bool Transform(ref Datagram datagram) => true;

    protected virtual void Release()
    {
    }

    private bool TakeFromClient()
    {
        if ((Ready & (PollEvents.Readable | PollEvents.HangUp)) == 0)
            return false;
        for (int count = 0; count < Share; count++)
        {
            int length = Runtime.Reader.ReadMessage(DescriptorNumber, out Mbuf? message, out Errno error);
            if (length > 0)
            {
                if (Send(message!))
                    continue;
                Runtime.Counters.MalformedMessages.Increment();
                Close();
                return false;
            }
            switch (error)
            {
                case Errno.TryAgain:
                    Ready &= ~PollEvents.Readable;
                    return false;
                case Errno.OutOfMemory or Errno.NoBuffers:
                    Runtime.WaitForMemory(this);
                    return false;
                case Errno.Interrupted:
                case Errno.ConnectionReset:
                    // The client closed with datagrams unread, which harms nobody; the kernel says so once, before the messages that we have still to read.
                    continue;
                case Errno.None when !IsHungUp:
                    // The client shut its sending side on the descriptor; it may go on receiving. (An empty message looks the same, and is ignored with what's behind it.)
                    Ready &= ~PollEvents.Readable;
                    return false;
                default:
                    // The end; or a message longer than any datagram, which is malformed.
                    Close();
                    return false;
            }
        }
        return true;
    }

    /// <returns>Whether the message was well formed.</returns>
    [SkipLocalsInit]
    private bool Send(Mbuf message)
    {
        Span<byte> copy = stackalloc byte[DatagramHeader.MaximumPrefix];
        copy = copy[..Math.Min(message.Packet.Length, copy.Length)];
        scoped ReadOnlySpan<byte> prefix = message.Span;
        if (prefix.Length < copy.Length)
        {
            message.CopyTo(0, copy);
            prefix = copy;
        }
        InetEndpoint? destination = null;
        Errno error = Errno.None;
        SendControl control = new();
        if (!DatagramHeader.TryRead(prefix, out DatagramHeader header) || header.Flags != DatagramFlags.None
            || !TryReadName(prefix.Slice(header.NameOffset, header.NameLength), ref destination, ref error)
            || !control.TryRead(prefix.Slice(header.ControlOffset, header.ControlLength), Runtime.Stack, ref error))
        {
            message.Free();
            return false;
        }
        Mbuf payload = message;
        payload.TrimFront(header.PayloadOffset);
        if (error == Errno.None)
            error = Transform(ref payload, ref destination);
        else
            payload.Free();
        if (error == Errno.None)
            error = control.Send(_socket, payload, destination);
        if (error != Errno.None)
            Report(error);
        return true;
    }

    private bool TryReadName(ReadOnlySpan<byte> name, ref InetEndpoint? destination, ref Errno error)
    {
        if (name.IsEmpty)
            return true;
        if (!SockAddr.TryRead(name, out SockAddr address))
            return false;
        if (SockAddrConversion.TryConvert(address, _socket.Family, out InetEndpoint endpoint))
            destination = endpoint;
        else
            error = Errno.AddressFamilyNotSupported;
        return true;
    }

    private bool DeliverToClient()
    {
        for (int count = 0; count < Share; count++)
        {
            if ((Ready & PollEvents.Writable) == 0)
                return false;
            if (!_hasUndelivered)
            {
                if (!_socket.TryReceive(out _undelivered))
                    return false;
                if (!Transform(ref _undelivered))
                    continue;
                _hasUndelivered = true;
            }
            Errno error = Deliver(_undelivered);
            if (error is Errno.TryAgain or Errno.NoBuffers or Errno.OutOfMemory or Errno.Interrupted)
            {
                Ready &= ~PollEvents.Writable;
                return false;
            }
            // Any other error is the client's doing (it shut its receiving side): the datagram is dropped.
            FreeUndelivered();
        }
        return true;
    }

    [SkipLocalsInit]
    private Errno Deliver(in Datagram datagram)
    {
        byte* prefix = stackalloc byte[DatagramHeader.MaximumPrefix];
        Span<byte> head = new(prefix, DatagramHeader.MaximumPrefix);
        SockAddr source = datagram.Source.ToSockAddr();
        DatagramHeader header = new(DatagramFlags.None, (ushort)source.Size, 0);
        head[..header.ControlOffset].Clear();
        source.Write(head[header.NameOffset..]);
        int controlLength = Control.Write(head[header.ControlOffset..], datagram, Runtime.Stack);
        header = header with { ControlLength = (ushort)controlLength };
        header.Write(head);

        IoVector* vectors = stackalloc IoVector[MaximumVectors];
        vectors[0] = new IoVector { Base = (nint)prefix, Length = (nuint)header.PayloadOffset };
        int count = 1;
        Mbuf payload = datagram.Payload;
        for (Mbuf? m = payload; m is not null; m = m.Next)
        {
            if (m.Length == 0)
                continue;
            if (count == MaximumVectors)
            {
                // A packet in very many pieces: reassembled from tiny fragments.
                byte[] whole = Runtime.Scratch;
                int length = Math.Min(payload.Packet.Length, whole.Length);
                payload.CopyTo(0, whole.AsSpan(0, length));
                vectors[1] = new IoVector { Base = (nint)Unsafe.AsPointer(ref whole[0]), Length = (nuint)length };
                count = 2;
                break;
            }
            vectors[count++] = new IoVector { Base = m.Address, Length = (nuint)m.Length };
        }
        MessageHeader message = new() { Vectors = vectors, VectorCount = (nuint)count };
        return Libc.SendMessage(DescriptorNumber, &message, MsgDontWait | MsgNoSignal) >= 0 ? Errno.None : Native.Descriptor.LastError;
    }

    /// <summary>Tells the client of an error; of several that find no room the last is kept.</summary>
    private void Report(Errno error)
    {
        if (error == Errno.None)
            return;
        Span<byte> message = stackalloc byte[DatagramHeader.Size + sizeof(int)];
        new DatagramHeader(DatagramFlags.Error, 0, 0).Write(message);
        BitConverter.TryWriteBytes(message[DatagramHeader.Size..], (int)error);
        Errno sent = UnixSocket.Send(DescriptorNumber, message, null);
        _unreportedError = sent == Errno.TryAgain ? error : Errno.None;
        if (sent == Errno.TryAgain)
            Ready &= ~PollEvents.Writable;
    }

    private void Close()
    {
        FreeUndelivered();
        Release();
        _socket.Close();
        Depart();
    }

    private void FreeUndelivered()
    {
        if (_hasUndelivered)
            _undelivered.Payload.Free();
        _hasUndelivered = false;
        _undelivered = default;
    }
}

using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Packetdrill.Files;

/// <summary>A TCP socket with the results of Linux's system calls.</summary>
internal sealed class StreamFile(TcpSocket socket, bool isSizeDoubled = true) : SocketFile(socket, isSizeDoubled)
{
    private bool _isConnecting;
    private bool _isSendShutDown;
    private bool _isReceiveShutDown;
    private bool _isCorkedByMore;

    /// <summary>TCP Fast Open: connect has succeeded and the SYN hasn't left, or the peer's SYN brought its data and the handshake isn't complete.</summary>
    private bool _isOpenedEarly;

    public TcpSocket Tcp => (TcpSocket)Socket;

    /// <summary>TCP_INQ: recvmsg tells how much is left.</summary>
    public bool ReportsQueue { get; set; }

    /// <summary>There has been a connection: what was sent before it's there is not sent for sure.</summary>
    public bool WasConnected { get; private set; }

    /// <summary>SO_RCVLOWAT</summary>
    public int ReceiveLowWater { get; set; } = 1;

    public override PollEvents Poll()
    {
        TcpState state = Tcp.State;
        if (state == TcpState.Listen)
            return Tcp.AcceptQueueLength > 0 ? PollEvents.In | PollEvents.ReadNormal : PollEvents.None;
        PollEvents ready = PollEvents.None;
        bool receiveEnd = Tcp.HasPeerClosed || _isReceiveShutDown;
        if (Tcp.HasError)
            ready |= PollEvents.Error;
        if (state == TcpState.Closed || (receiveEnd && _isSendShutDown))
            ready |= PollEvents.HangUp;
        if (receiveEnd)
            ready |= PollEvents.In | PollEvents.ReadNormal | PollEvents.ReadHangUp;
        if (state is TcpState.SynSent or TcpState.SynReceived && !_isOpenedEarly)
            return ready;
        if (Tcp.ReceiveAvailable >= Math.Max(1, ReceiveLowWater))
            ready |= PollEvents.In | PollEvents.ReadNormal;
        if (_isSendShutDown || state == TcpState.Closed || Tcp.SendSpace > 0)
            ready |= PollEvents.Out | PollEvents.WriteNormal;
        return ready;
    }

    /// <returns>0; <see cref="Errno.InProgress"/> when the handshake has begun, and <see cref="Errno.AlreadyInProgress"/> while it goes on.</returns>
    public override long Connect(in InetEndpoint remote)
    {
        if (Tcp.TakeError() is not Errno.None and var failed)
        {
            _isConnecting = false;
            return Failure(failed);
        }
        if (_isConnecting && Tcp.State is not (TcpState.SynSent or TcpState.SynReceived))
        {
            // The first call after the handshake is its success; Linux tells it once.
            _isConnecting = false;
            return Tcp.State == TcpState.Closed ? Failure(Errno.ConnectionAborted) : 0;
        }
        Errno error = Tcp.Connect(remote);
        _isConnecting |= error == Errno.InProgress;
        _isOpenedEarly |= error == Errno.None;
        return Failure(error);
    }

    /// <summary>connect to AF_UNSPEC: the connection is reset, and the socket can be used for another.</summary>
    public long Disconnect()
    {
        TcpSocket fresh = Tcp.Stack.Tcp.CreateSocket(Tcp.Family);
        Tcp.Abort();
        Replace(fresh);
        _isConnecting = _isSendShutDown = _isReceiveShutDown = false;
        return 0;
    }

    /// <returns>The socket of a connection, or a negative errno in <paramref name="result"/>.</returns>
    public StreamFile? Accept(out long result)
    {
        if (Tcp.State != TcpState.Listen)
        {
            result = Failure(Errno.Invalid);
            return null;
        }
        TcpSocket? accepted = Tcp.Accept();
        result = accepted is null ? WouldBlock : 0;
        if (accepted is null)
            return null;
        StreamFile file = new(accepted, IsSizeDoubled)
        {
            ReceiveTimeout = ReceiveTimeout,
            SendTimeout = SendTimeout,
            ReceiveLowWater = ReceiveLowWater,
            _isOpenedEarly = accepted.State == TcpState.SynReceived,
        };
        file.Connected();
        return file;
    }

    /// <summary>MSG_FASTOPEN: connects with the first data of a send.</summary>
    /// <returns>0 when the SYN waits for them, <see cref="Errno.InProgress"/> when the handshake comes first.</returns>
    public long BeginFastOpen(in InetEndpoint remote, bool hasData)
    {
        if (!Tcp.Stack.Tcp.Settings.FastOpen.Client)
            return Failure(Errno.NotSupported);
        bool isDeferred = _isOpenedEarly && Tcp.State == TcpState.SynSent;
        if (!isDeferred && Tcp.State is TcpState.SynSent or TcpState.SynReceived)
            return Failure(Errno.AlreadyInProgress);
        Tcp.FastOpenConnect = true;
        long result = isDeferred ? 0 : Connect(remote);
        _isConnecting = false;
        if (result != 0 || hasData)
            return result;
        Tcp.StartHandshake();
        _isOpenedEarly = false;
        return Failure(Errno.InProgress);
    }

    public override void Connected()
    {
        WasConnected = true;
        RoundReceiveBuffer();
    }

    public override int TellReceiveBuffer()
    {
        if (Tcp.State == TcpState.SynReceived)
            RoundReceiveBuffer();
        return base.TellReceiveBuffer();
    }

    /// <summary>FreeBSD rounds the receive buffer up to whole segments when the peer's size of one is known.</summary>
    private void RoundReceiveBuffer()
    {
        if (IsSizeDoubled)
            return;
        int segment = Math.Max(1, Tcp.GetInfo().SendMaximumSegment);
        Tcp.Options.ReceiveBuffer = (Tcp.Options.ReceiveBuffer + segment - 1) / segment * segment;
    }

    public override long Receive(Span<byte> buffer, MessageFlags flags, ReceivedMessage message)
    {
        if ((flags & MessageFlags.ErrorQueue) != 0)
            return WouldBlock;
        if ((flags & MessageFlags.OutOfBand) != 0)
            return Failure(Errno.Invalid);
        int available = Tcp.ReceiveAvailable;
        int wanted = (flags & MessageFlags.WaitAll) != 0 ? buffer.Length : 1;
        bool isOver = Tcp.HasPeerClosed || _isReceiveShutDown || Tcp.HasError || Tcp.State == TcpState.Closed;
        if (available > 0 && (available >= wanted || isOver))
        {
            int count = Math.Min(available, buffer.Length);
            int copied = 0;
            for (Mbuf? m = Tcp.Received; m is not null && copied < count; m = m.Next)
            {
                ReadOnlySpan<byte> part = m.Span[..Math.Min(m.Length, count - copied)];
                part.CopyTo(buffer[copied..]);
                copied += part.Length;
            }
            if ((flags & MessageFlags.Peek) == 0)
                Tcp.Consume(count);
            AddControl(message);
            return count;
        }
        if (buffer.IsEmpty && available > 0)
            return 0;
        if (Tcp.TakeError() is not Errno.None and var error)
            return Failure(error);
        if (Tcp.IsReceiveEnd || _isReceiveShutDown)
        {
            AddControl(message);
            return 0;
        }
        return Tcp.State is TcpState.Closed or TcpState.Listen ? Failure(Errno.NotConnected) : WouldBlock;
    }

    public override long Send(ReadOnlySpan<byte> data, MessageFlags flags, SockAddr? destination)
    {
        const MessageFlags known = MessageFlags.DontWait | MessageFlags.NoSignal | MessageFlags.More | MessageFlags.EndOfRecord | MessageFlags.OutOfBand | MessageFlags.FastOpen;
        if ((flags & ~known) != 0)
            return Failure(Errno.NotSupported);
        if (Tcp.TakeError() is not Errno.None and var error)
            return Failure(error);
        if (_isSendShutDown || Tcp.State is TcpState.Closed or TcpState.Listen or TcpState.TimeWait)
            return Failure(Errno.BrokenPipe);
        if (Tcp.State is TcpState.SynSent or TcpState.SynReceived && !_isOpenedEarly)
            return WouldBlock;
        if (data.IsEmpty && _isOpenedEarly && Tcp.State == TcpState.SynSent)
        {
            // There's nothing for the SYN to carry, so it goes without.
            Tcp.StartHandshake();
            _isOpenedEarly = false;
            return Failure(Errno.InProgress);
        }
        int count = Math.Min(data.Length, Tcp.SendSpace);
        if (count == 0)
            return data.IsEmpty ? 0 : WouldBlock;
        if ((flags & MessageFlags.More) != 0 && !Tcp.Cork)
            _isCorkedByMore = Tcp.Cork = true;
        if (Tcp.Stack.Pool.GetCopy(data[..count]) is not { } copy)
            return Failure(Errno.NoBuffers);
        error = Tcp.Send(copy);
        if ((flags & MessageFlags.EndOfRecord) != 0 && count == data.Length)
            Tcp.EndRecord();
        if ((flags & MessageFlags.OutOfBand) != 0)
            Tcp.MarkUrgent();
        // What the SYN takes has been given to it.
        _isOpenedEarly &= Tcp.State != TcpState.SynSent;
        if ((flags & MessageFlags.More) == 0 && _isCorkedByMore)
            _isCorkedByMore = Tcp.Cork = false;
        return error == Errno.None ? count : Failure(error);
    }

    public long Shutdown(SocketShutdown how)
    {
        if (Tcp.State == TcpState.Closed)
            return Failure(Errno.NotConnected);
        Errno error = Tcp.Shutdown(how);
        if (error != Errno.None)
            return Failure(error);
        _isReceiveShutDown |= how is SocketShutdown.Receive or SocketShutdown.Both;
        _isSendShutDown |= how is SocketShutdown.Send or SocketShutdown.Both;
        Changed?.Invoke(PollEvents.In | PollEvents.Out | PollEvents.HangUp);
        return 0;
    }

    private void AddControl(ReceivedMessage message)
    {
        if (ReportsQueue)
            message.Control = ControlMessage.Create(LinuxLevels.Tcp, ControlMessage.TcpQueue, Tcp.ReceiveAvailable + (Tcp.HasPeerClosed ? 1 : 0));
    }
}

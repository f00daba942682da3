using IoPkt.Daemon.Management;
using IoPkt.Daemon.Sockets.Native;
using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;
using static IoPkt.Daemon.Sockets.Native.Constants;

namespace IoPkt.Daemon.Sockets;

/// <summary>A TCP socket of a client: section 4 of <c>docs/wire-format.md</c>.</summary>
internal sealed class StreamPair : SocketPair, ISlotWaiter
{
    private enum State
    {
        Unconnected,
        Connecting,
        Connected,
        Listening,
        /// <summary>The handshake failed. The client's end stays open for reading (an end of file), and whatever it writes is forgotten.</summary>
        Failed,
    }

    /// <summary>Connecting takes a slot, or waits for one: until then the record stays unread, and the client's end unwritable.</summary>
    private enum SlotState
    {
        None,
        Waiting,
        Taken,
    }

    private readonly TcpSocket _tcp;
    private State _state;
    private ListenQueue? _listenQueue;
    private SlotState _slot;
    private int _recordLength;
    private int _recordLeft;
    private bool _isConnectionGone;
    private bool _isPeerEndForwarded;
    private bool _isClientEndForwarded;
    private bool _isClientDeaf;

    /// <summary>The client has said that it writes urgent data.</summary>
    private bool _mayBeUrgent;

    /// <param name="runtime">The service's.</param>
    /// <param name="tcp">New, or accepted.</param>
    /// <param name="ends">The pair.</param>
    /// <param name="creator">The client that asked for it, or that listens.</param>
    /// <param name="isConnected">It was accepted.</param>
    public StreamPair(ServiceRuntime runtime, TcpSocket tcp, PairEnds ends, in ClientCredentials creator, bool isConnected)
        : base(runtime, tcp, ends, creator)
    {
        _tcp = tcp;
        _state = isConnected ? State.Connected : State.Unconnected;
    }

    protected override int Affinity => _tcp.Affinity;

    /// <summary>Listening: SO_ACCEPTCONN.</summary>
    public bool IsListening => _state == State.Listening;

    public override Errno Listen(int backlog)
    {
        if (_state is not (State.Unconnected or State.Listening) || !IsOpen)
            return Errno.Invalid;
        // As in Linux a negative backlog is a very large one: somaxconn decides.
        int limit = Math.Min(backlog < 0 ? int.MaxValue : backlog, Runtime.Stack.Settings.MaximumBacklog);
        int handed = ListenQueue.HandedOver(limit);
        Errno error = _tcp.Listen(limit + 1 - handed);
        if (error != Errno.None)
            return error;
        _state = State.Listening;
        _listenQueue ??= new ListenQueue(this, _tcp);
        _listenQueue.Limit = handed;
        Runtime.Work.Add(this);
        return Errno.None;
    }

    /// <summary>Streams are connected by a record in the stream itself.</summary>
    public override Errno Connect(InetEndpoint? remote) => Errno.NotSupported;

    /// <summary>Streams are shut by shutdown(2) on the descriptor.</summary>
    public override Errno Shutdown(SocketShutdown how) => Errno.NotSupported;

    public override Errno ExpectUrgent()
    {
        if (!IsOpen)
            return Errno.BrokenPipe;
        _mayBeUrgent = true;
        return Errno.None;
    }

    /// <summary>What the client has written so far ends there, though some of it may still lie in the pair.</summary>
    public override Errno EndRecord()
    {
        if (_state != State.Connected || !IsOpen)
            return Errno.NotConnected;
        _tcp.EndRecord(Math.Max(0, UnixSocket.WaitingBytes(DescriptorNumber) - _recordLeft));
        return Errno.None;
    }

    public override bool TryGetPeer(out InetEndpoint peer)
    {
        peer = Socket.RemoteEndpoint;
        return _state == State.Connected && peer.Port != 0;
    }

    public override void Abandon()
    {
        _listenQueue?.Close();
        _tcp.Abort();
        Depart();
    }

    bool ISlotWaiter.TakeSlot()
    {
        if (_slot != SlotState.Waiting)
            return false;
        _slot = SlotState.Taken;
        Runtime.Work.Add(this);
        return true;
    }

    protected override void Departed() => ReturnSlot();

    protected override bool Work(SocketEvents events) => _state switch
    {
        State.Unconnected => WorkUnconnected(),
        State.Connecting => WorkConnecting(events),
        State.Connected => WorkConnected(events),
        State.Listening => WorkListening(),
        _ => WorkFailed(),
    };

    private bool WorkUnconnected()
    {
        if (IsHungUp)
            return Close();
        if ((Ready & PollEvents.Readable) == 0)
            return false;
        Span<byte> head = stackalloc byte[ConnectRecord.HeadLength];
        int count = Peek(head);
        if (count <= 0)
        {
            Ready &= ~PollEvents.Readable;
            return false;
        }
        if (!ConnectRecord.TryRead(head[..count], out _recordLength, out SockAddr destination))
        {
            RememberError(Errno.NotConnected);
            return Part();
        }
        if (!HasSlot())
            return false;
        Errno error = SockAddrConversion.TryConvert(destination, Socket.Family, out InetEndpoint remote)
            ? _tcp.Connect(remote)
            : Errno.AddressFamilyNotSupported;
        if (error is not (Errno.None or Errno.InProgress))
            return Fail(error);
        _state = State.Connecting;
        return error == Errno.None && WorkConnecting(SocketEvents.Connected);
    }

    private bool HasSlot()
    {
        if (_slot == SlotState.None)
            _slot = Runtime.Operations.TryTake(this) ? SlotState.Taken : SlotState.Waiting;
        return _slot == SlotState.Taken;
    }

    private void ReturnSlot()
    {
        bool taken = _slot == SlotState.Taken;
        _slot = SlotState.None;
        if (taken)
            Runtime.Operations.Return();
    }

    private bool WorkConnecting(SocketEvents events)
    {
        if ((events & SocketEvents.Connected) != 0)
        {
            _state = State.Connected;
            _recordLeft = _recordLength;
            ReturnSlot();
            FollowPackets();
            return WorkConnected(events);
        }
        if ((events & (SocketEvents.Error | SocketEvents.Closed)) != 0)
        {
            Errno error = _tcp.TakeError();
            return Fail(error == Errno.None ? Errno.ConnectionRefused : error);
        }
        return IsHungUp && Close();
    }

    private bool WorkConnected(SocketEvents events)
    {
        if ((events & (SocketEvents.Error | SocketEvents.Closed)) != 0)
        {
            RememberError(_tcp.TakeError());
            _isConnectionGone |= (events & SocketEvents.Closed) != 0 || _tcp.State == TcpState.Closed;
        }
        if (_recordLeft > 0 && !FinishRecord())
            return IsHungUp && Close();
        if (IsHungUp)
            return WorkHungUp();
        bool more = DeliverToClient();
        if (!IsOpen)
            return false;
        if (_isConnectionGone)
            return _tcp.Received is null || _isClientDeaf ? Part() : more;
        return TakeFromClient() || more;
    }

    /// <summary>The client's word of what it writes after a failed handshake isn't heard.</summary>
    private bool WorkFailed()
    {
        if (IsHungUp)
        {
            Depart();
            return false;
        }
        if ((Ready & PollEvents.Readable) == 0)
            return false;
        const int share = 256 * 1024;
        if (StreamTransfer.Discard(DescriptorNumber, share, Runtime.Scratch) == share)
            return true;
        Ready &= ~PollEvents.Readable;
        return false;
    }

    private bool WorkListening()
    {
        if (!IsHungUp)
            return _listenQueue!.Work();
        _listenQueue!.Close();
        return Close();
    }

    /// <summary>
    /// The client has closed (or shut both ways): what it wrote before still goes out, unless it left data of the peer unread. RFC 2525, section 2.17, has that end
    /// with a reset, so that the peer doesn't take its data for delivered; so does SO_LINGER with a time of zero.
    /// </summary>
    private bool WorkHungUp()
    {
        if (_isConnectionGone)
            return Close();
        bool isDataLost = (Ready & PollEvents.Error) != 0 || _tcp.ReceiveAvailable > 0;
        if (isDataLost || _tcp.Options.Linger == TimeSpan.Zero)
        {
            _tcp.Abort();
            Depart();
            return false;
        }
        if (_isClientEndForwarded)
            return Close();
        switch (StreamTransfer.FromClient(_tcp, DescriptorNumber, Runtime.Reader, _mayBeUrgent, isEnding: true))
        {
            case TransferEnd.ShareUsed:
                return true;
            case TransferEnd.DestinationFull:
                return false;
            case TransferEnd.NoMemory:
                Runtime.WaitForMemory(this);
                return false;
            case TransferEnd.Reset:
                _tcp.Abort();
                Depart();
                return false;
            default:
                return Close();
        }
    }

    /// <returns>Whether there's more to deliver at once.</returns>
    private bool DeliverToClient()
    {
        if (_isClientDeaf)
        {
            _tcp.Consume(_tcp.ReceiveAvailable);
        }
        else if ((Ready & PollEvents.Writable) != 0)
        {
            switch (StreamTransfer.ToClient(_tcp, DescriptorNumber))
            {
                case TransferEnd.ShareUsed:
                    return true;
                case TransferEnd.DestinationFull:
                    Ready &= ~PollEvents.Writable;
                    return false;
                case TransferEnd.DestinationClosed:
                    // The client shut its receiving side: what comes is thrown away, so that the peer isn't held up.
                    _isClientDeaf = true;
                    _tcp.Consume(_tcp.ReceiveAvailable);
                    break;
                case TransferEnd.Reset:
                    _tcp.Abort();
                    Depart();
                    return false;
                default:
                    break;
            }
        }
        // When the connection is gone both directions end at once (Part): that's how a client tells a reset from a FIN.
        if (_tcp.IsReceiveEnd && !_isPeerEndForwarded && !_isConnectionGone)
        {
            _isPeerEndForwarded = true;
            ShutPair(ShutWrite);
        }
        return false;
    }

    /// <returns>Whether there's more to take at once.</returns>
    private bool TakeFromClient()
    {
        if (_isClientEndForwarded || (Ready & (PollEvents.Readable | PollEvents.ReadHangUp)) == 0)
            return false;
        switch (StreamTransfer.FromClient(_tcp, DescriptorNumber, Runtime.Reader, _mayBeUrgent, isEnding: (Ready & PollEvents.ReadHangUp) != 0))
        {
            case TransferEnd.ShareUsed:
                return true;
            case TransferEnd.SourceEmpty:
                Ready &= ~PollEvents.Readable;
                return false;
            case TransferEnd.SourceEnded:
                _isClientEndForwarded = true;
                _ = _tcp.Shutdown(SocketShutdown.Send);
                return false;
            case TransferEnd.NoMemory:
                Runtime.WaitForMemory(this);
                return false;
            case TransferEnd.Reset:
                _tcp.Abort();
                Depart();
                return false;
            case TransferEnd.DestinationClosed:
                RememberError(_tcp.TakeError());
                return Part();
            default:
                return false;
        }
    }

    /// <summary>
    /// The handshake failed: first the end of file, then the record's consumption, so that the client finds its end writable and readable at once.
    /// </summary>
    private bool Fail(Errno error)
    {
        RememberError(error);
        _state = State.Failed;
        ReturnSlot();
        _tcp.Close();
        ShutPair(ShutWrite);
        _ = StreamTransfer.Discard(DescriptorNumber, _recordLength, Runtime.Scratch);
        Ready |= PollEvents.Readable;
        return true;
    }

    /// <returns>Whether the connect record has been consumed, which makes the client's end writable.</returns>
    private bool FinishRecord()
    {
        _recordLeft -= StreamTransfer.Discard(DescriptorNumber, _recordLeft, Runtime.Scratch);
        if (_recordLeft == 0)
            return true;
        Ready &= ~PollEvents.Readable;
        return false;
    }

    /// <summary>The client is gone, or might as well be: TCP finishes alone.</summary>
    private bool Close()
    {
        _tcp.Close();
        Depart();
        return false;
    }

    /// <summary>
    /// The connection is gone, or the client broke the rules: its end hangs up. What it wrote and nobody took is read first, or the kernel would say ECONNRESET,
    /// whatever the reason was; SO_ERROR has the reason.
    /// </summary>
    private bool Part()
    {
        ShutPair(ShutRead);
        _ = StreamTransfer.Discard(DescriptorNumber, int.MaxValue, Runtime.Scratch);
        return Close();
    }

    private unsafe int Peek(Span<byte> head)
    {
        fixed (byte* buffer = head)
            return (int)Libc.Receive(DescriptorNumber, buffer, (nuint)head.Length, MsgDontWait | MsgPeek);
    }
}

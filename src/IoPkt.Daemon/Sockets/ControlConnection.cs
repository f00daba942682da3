using IoPkt.Daemon.Management;
using IoPkt.Daemon.Sockets.Native;
using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Sockets;

/// <summary>
/// One client's connection for requests. They're answered one after another: while an answer waits (for a management request's work, or for the client to read
/// earlier ones) no request is read, so a client that doesn't listen fills its own queue and nobody else's.
/// </summary>
internal sealed class ControlConnection : IPollHandler, IPendingWork, ISlotWaiter
{
    /// <summary>Requests of one connection in one batch.</summary>
    private const int Share = 16;

    /// <summary>Malformed requests after which a connection is closed.</summary>
    private const int Patience = 64;

    private readonly ServiceRuntime _runtime;
    private readonly Rendezvous _entry;
    private readonly Descriptor _descriptor;
    private readonly RequestHandler _requests;
    private readonly Queue<UnsentReply> _unsent = new();
    private PollRegistration _registration;
    private int _malformed;
    private Action? _postponed;
    private bool _isAnswerPending;
    private bool _isOpen;

    public ControlConnection(
        ServiceRuntime runtime, Rendezvous entry, Descriptor descriptor, in ClientCredentials client, AddressFamily family, RequestHandler requests)
    {
        _runtime = runtime;
        _entry = entry;
        _descriptor = descriptor;
        _requests = requests;
        Client = client;
        Family = family;
    }

    public ClientCredentials Client { get; }

    /// <summary>The entry's: what SOCKET makes.</summary>
    public AddressFamily Family { get; }

    bool IPendingWork.IsQueued { get; set; }

    public void Open()
    {
        _isOpen = true;
        _registration = _runtime.Poller.Add(_descriptor.Value, this);
    }

    public void OnReady(PollEvents events)
    {
        if (_isOpen)
            _runtime.Work.Add(this);
    }

    public bool Run()
    {
        if (!_isOpen || !FlushReplies())
            return false;
        for (int count = 0; count < Share; count++)
        {
            if (!_isOpen || _isAnswerPending || _unsent.Count > 0)
                return false;
            if (!ReceiveOne())
                return false;
        }
        return true;
    }

    public void GiveUp() => Abandon();

    /// <summary>Answers the request, with a descriptor if there's one, which is closed here when it's sent.</summary>
    public void Reply(in RequestHeader request, Errno error, ReadOnlySpan<byte> payload = default, Descriptor? attached = null)
    {
        if (!_isOpen)
        {
            attached?.Dispose();
            return;
        }
        do
        {
            ReadOnlySpan<byte> part = payload[..Math.Min(payload.Length, WireFormat.MaximumReplyPayload)];
            payload = payload[part.Length..];
            SendPart(request, error, part, payload.IsEmpty ? ReplyFlags.None : ReplyFlags.More, attached);
            attached = null;
        }
        while (!payload.IsEmpty && _isOpen);
    }

    /// <summary>
    /// Begins a request whose answer comes later, by <see cref="ReplyLater"/>: when there's a slot for it. Root and the daemon's user never wait for one: they must be able to see
    /// what others have filled the stack with.
    /// </summary>
    public void Begin(Action request)
    {
        _isAnswerPending = true;
        if (Client.IsPrivileged)
            _runtime.Operations.Take();
        else if (!_runtime.Operations.TryTake(this))
            _postponed = request;
        if (_postponed is null)
            request();
    }

    bool ISlotWaiter.TakeSlot()
    {
        Action? request = _postponed;
        _postponed = null;
        if (!_isOpen || request is null)
            return false;
        request();
        return true;
    }

    /// <summary>The later answer. Any thread may call.</summary>
    public void ReplyLater(RequestHeader request, Errno error, ReadOnlyMemory<byte> payload) => _runtime.Context.Post(_ =>
    {
        _runtime.Operations.Return();
        _isAnswerPending = false;
        Reply(request, error, payload.Span);
        _runtime.Work.Add(this);
    });

    public void CountMalformed()
    {
        _runtime.Counters.Malformed.Increment();
        if (++_malformed < Patience)
            return;
        _runtime.Counters.ConnectionsLost.Increment();
        Abandon();
    }

    public void Close()
    {
        if (!Part())
            return;
        _descriptor.Dispose();
    }

    /// <returns>Whether there may be more.</returns>
    private bool ReceiveOne()
    {
        int count = UnixSocket.Receive(_descriptor.Value, _runtime.Scratch, out Descriptor? attached, out bool isTruncated, out Errno error);
        if (count < 0)
        {
            if (error is not (Errno.TryAgain or Errno.Interrupted))
                Close();
            return false;
        }
        using DescriptorCustody custody = new(attached);
        if (count == 0 && attached is null)
        {
            // The end; or an empty message, which isn't worth telling from it.
            Close();
            return false;
        }
        _runtime.Counters.Requests.Increment();
        try
        {
            _requests.Handle(this, _runtime.Scratch.AsSpan(0, count), custody, isTruncated);
        }
        catch (Exception e)
        {
            // A defect of ours must not cost the other clients their sockets.
            _runtime.Logger.RequestFailed(e);
            if (RequestHeader.TryRead(_runtime.Scratch.AsSpan(0, count), out RequestHeader request))
                Reply(request, Errno.InputOutput);
        }
        return true;
    }

    private void SendPart(in RequestHeader request, Errno error, ReadOnlySpan<byte> part, ReplyFlags flags, Descriptor? attached)
    {
        Span<byte> message = stackalloc byte[256];
        if (ReplyHeader.Size + part.Length > message.Length)
            message = new byte[ReplyHeader.Size + part.Length];
        message = message[..(ReplyHeader.Size + part.Length)];
        new ReplyHeader(WireFormat.Version, request.Operation, request.Tag, (int)error, flags).Write(message);
        part.CopyTo(message[ReplyHeader.Size..]);
        Errno sent = _unsent.Count > 0 ? Errno.TryAgain : UnixSocket.Send(_descriptor.Value, message, attached);
        if (IsTemporary(sent))
        {
            _unsent.Enqueue(new UnsentReply(message.ToArray(), attached));
            _runtime.Work.RunLater(this);
            return;
        }
        attached?.Dispose();
        if (sent != Errno.None)
            Close();
    }

    /// <returns>Whether all earlier replies are on their way.</returns>
    private bool FlushReplies()
    {
        while (_unsent.TryPeek(out UnsentReply? reply))
        {
            Errno error = UnixSocket.Send(_descriptor.Value, reply.Message, reply.Attached);
            if (IsTemporary(error))
            {
                if (error != Errno.TryAgain)
                    _runtime.Work.RunLater(this);
                return false;
            }
            reply.Attached?.Dispose();
            _unsent.Dequeue();
            if (error == Errno.None)
                continue;
            Close();
            return false;
        }
        return true;
    }

    /// <summary>EAGAIN ends with an event when the client has read; the others by themselves.</summary>
    private static bool IsTemporary(Errno error) => error is Errno.TryAgain or Errno.NoBuffers or Errno.OutOfMemory or Errno.Interrupted or Errno.TooManyReferences;

    /// <summary>Closes though requests may lie there unread, with descriptors whose closing could wait.</summary>
    private void Abandon()
    {
        if (Part())
            _descriptor.CloseElsewhere();
    }

    private bool Part()
    {
        if (!_isOpen)
            return false;
        _isOpen = false;
        _runtime.Poller.Remove(_registration);
        _entry.Forget(this);
        while (_unsent.TryDequeue(out UnsentReply? reply))
            reply.Attached?.Dispose();
        return true;
    }

    private sealed record UnsentReply(byte[] Message, Descriptor? Attached);
}

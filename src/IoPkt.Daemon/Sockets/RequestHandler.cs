using System.Buffers.Binary;
using IoPkt.Daemon.Management;
using IoPkt.Daemon.Sockets.Ioctls;
using IoPkt.Daemon.Sockets.Native;
using IoPkt.Daemon.Sockets.Options;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Sockets;

/// <summary>Does what requests ask for: section 2 of <c>docs/wire-format.md</c>. Lengths are checked exactly; what doesn't fit is refused and changes nothing.</summary>
internal sealed class RequestHandler(ServiceRuntime runtime)
{
    private readonly SocketFactory _factory = new(runtime);

    public void Handle(ControlConnection client, ReadOnlySpan<byte> message, DescriptorCustody attached, bool isTruncated)
    {
        bool isWhole = RequestHeader.TryRead(message, out RequestHeader request);
        Errno error = !isWhole || isTruncated ? Errno.Invalid
            : request.Version != WireFormat.Version ? Errno.ProtocolNotSupported
            : !Enum.IsDefined(request.Operation) ? Errno.NotSupported
            : Errno.None;
        if (error != Errno.None)
        {
            client.Reply(request, error);
            client.CountMalformed();
            return;
        }
        ReadOnlySpan<byte> payload = message[RequestHeader.Size..];
        switch (request.Operation)
        {
            case Operation.Socket:
                CreateSocket(client, request, payload, attached);
                break;
            case Operation.Manage:
                Manage(client, request, payload, attached);
                break;
            default:
                HandleSocket(client, request, payload, attached);
                break;
        }
    }

    private void CreateSocket(ControlConnection client, in RequestHeader request, ReadOnlySpan<byte> payload, DescriptorCustody attached)
    {
        if (payload.Length != 8 || !attached.IsEmpty)
        {
            Refuse(client, request);
            return;
        }
        int type = BinaryPrimitives.ReadInt32LittleEndian(payload);
        int protocol = BinaryPrimitives.ReadInt32LittleEndian(payload[4..]);
        Errno error = _factory.Create(client.Client, client.Family, type, protocol, out Descriptor? descriptor);
        if (error == Errno.NotPermitted)
            runtime.Counters.Refused.Increment();
        client.Reply(request, error, attached: descriptor);
    }

    private void Manage(ControlConnection client, RequestHeader request, ReadOnlySpan<byte> payload, DescriptorCustody attached)
    {
        if (!attached.IsEmpty)
        {
            Refuse(client, request);
            return;
        }
        if (runtime.Management is not { } handler)
        {
            client.Reply(request, Errno.NotSupported);
            return;
        }
        byte[] json = payload.ToArray();
        client.Begin(() => _ = new ManagementRequest(handler, runtime.Logger).AnswerAsync(client, request, json));
    }

    private void HandleSocket(ControlConnection client, in RequestHeader request, ReadOnlySpan<byte> payload, DescriptorCustody attached)
    {
        if (attached.IsEmpty)
        {
            Refuse(client, request);
            return;
        }
        if (attached.Find(runtime.Sockets) is not { } pair)
        {
            runtime.Counters.NotOurs.Increment();
            client.Reply(request, Errno.NotSocket);
            return;
        }
        switch (request.Operation)
        {
            case Operation.Bind:
                client.Reply(request, Bind(client.Client, pair, payload));
                break;
            case Operation.Listen when payload.Length == 4:
                client.Reply(request, pair.IsOpen ? pair.Listen(BinaryPrimitives.ReadInt32LittleEndian(payload)) : Errno.Invalid);
                break;
            case Operation.Connect:
                client.Reply(request, Connect(pair, payload));
                break;
            case Operation.GetSocketName when payload.IsEmpty:
                ReplyAddress(client, request, pair.LocalEndpoint);
                break;
            case Operation.GetPeerName when payload.IsEmpty:
                if (pair.TryGetPeer(out InetEndpoint peer))
                    ReplyAddress(client, request, peer);
                else
                    client.Reply(request, Errno.NotConnected);
                break;
            case Operation.SetOption when payload.Length >= 8:
                client.Reply(request, SetOption(client.Client, pair, payload));
                break;
            case Operation.GetOption when payload.Length == 12:
                GetOption(client, request, pair, payload);
                break;
            case Operation.Ioctl when payload.Length >= 4:
                byte[] answer = [];
                Errno error = IoctlTable.Handle(
                    pair, client.Client, BinaryPrimitives.ReadUInt32LittleEndian(payload), payload[4..], ref answer);
                client.Reply(request, error, answer);
                break;
            case Operation.Urgent when payload.IsEmpty:
                client.Reply(request, pair.ExpectUrgent());
                break;
            case Operation.EndRecord when payload.IsEmpty:
                client.Reply(request, pair.EndRecord());
                break;
            case Operation.Shutdown when payload.Length == 4:
                client.Reply(request, Shutdown(pair, BinaryPrimitives.ReadInt32LittleEndian(payload)));
                break;
            default:
                Refuse(client, request);
                break;
        }
    }

    private Errno Bind(in ClientCredentials client, SocketPair pair, ReadOnlySpan<byte> payload)
    {
        if (!SockAddr.TryRead(payload, out SockAddr address))
            return payload.Length < SockAddr.InetSize ? Errno.Invalid : Errno.AddressFamilyNotSupported;
        if (!pair.IsOpen)
            return Errno.Invalid;
        // Linux lets old programs bind the unspecified address with no family.
        InetEndpoint local = InetEndpoint.Any(pair.Socket.Family);
        if (address.Family != SockAddr.Unspecified && !SockAddrConversion.TryConvert(address, pair.Socket.Family, out local))
            return Errno.AddressFamilyNotSupported;
        bool isReserved = local.Port is > 0 and < AccessControl.FirstUnprivilegedPort && pair.Socket.Type != SocketType.Raw;
        if (!isReserved || client.IsPrivileged)
            return pair.Bind(local);
        runtime.Counters.Refused.Increment();
        return Errno.AccessDenied;
    }

    private static Errno Connect(SocketPair pair, ReadOnlySpan<byte> payload)
    {
        if (!SockAddr.TryRead(payload, out SockAddr address))
            return payload.Length < SockAddr.InetSize ? Errno.Invalid : Errno.AddressFamilyNotSupported;
        if (!pair.IsOpen)
            return Errno.Invalid;
        if (address.Family == SockAddr.Unspecified)
            return pair.Connect(null);
        return SockAddrConversion.TryConvert(address, pair.Socket.Family, out InetEndpoint remote) ? pair.Connect(remote) : Errno.AddressFamilyNotSupported;
    }

    private static Errno SetOption(in ClientCredentials client, SocketPair pair, ReadOnlySpan<byte> payload)
    {
        int level = BinaryPrimitives.ReadInt32LittleEndian(payload);
        int name = BinaryPrimitives.ReadInt32LittleEndian(payload[4..]);
        SocketOption? option = OptionTable.Find(level, name);
        if (option is null || !option.AppliesTo(pair))
            return Errno.NoProtocolOption;
        return pair.IsOpen ? option.Set(pair, payload[8..], client) : Errno.Invalid;
    }

    private static void GetOption(ControlConnection client, in RequestHeader request, SocketPair pair, ReadOnlySpan<byte> payload)
    {
        int level = BinaryPrimitives.ReadInt32LittleEndian(payload);
        int name = BinaryPrimitives.ReadInt32LittleEndian(payload[4..]);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(payload[8..]);
        SocketOption? option = OptionTable.Find(level, name);
        if (option is null || !option.AppliesTo(pair))
        {
            client.Reply(request, Errno.NoProtocolOption);
            return;
        }
        Span<byte> value = stackalloc byte[OptionTable.MaximumValue];
        value = value[..(int)Math.Min(size, OptionTable.MaximumValue)];
        Errno error = option.Get(pair, value, out int length);
        client.Reply(request, error, error == Errno.None ? value[..length] : default);
    }

    private static Errno Shutdown(SocketPair pair, int how)
    {
        if (how is < (int)SocketShutdown.Receive or > (int)SocketShutdown.Both)
            return Errno.Invalid;
        return pair.IsOpen ? pair.Shutdown((SocketShutdown)how) : Errno.NotConnected;
    }

    private static void ReplyAddress(ControlConnection client, in RequestHeader request, in InetEndpoint endpoint)
    {
        Span<byte> address = stackalloc byte[SockAddr.MaximumSize];
        int length = endpoint.ToSockAddr().Write(address);
        client.Reply(request, Errno.None, address[..length]);
    }

    /// <summary>The request's form is wrong.</summary>
    private static void Refuse(ControlConnection client, in RequestHeader request)
    {
        client.Reply(request, Errno.Invalid);
        client.CountMalformed();
    }
}

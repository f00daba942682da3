using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>
/// The Internet Group Management Protocol, version 3 (RFC 3376), as a member of groups has it: what is joined on an interface is reported to its routers, and to the
/// switches that listen to them and would otherwise keep the group away.
/// </summary>
internal sealed class IgmpProtocol : ITransportProtocol
{
    public const byte Number = 2;

    /// <summary>Bytes of a message that are looked at: a query about 64 sources.</summary>
    private const int Looked = 12 + 64 * 4;

    private readonly NetworkStack _stack;
    private readonly IgmpCounters _counters = new();
    private readonly IgmpSettings _settings;
    private readonly IgmpSender _sender;
    private readonly Dictionary<int, IgmpInterface> _interfaces = [];

    public IgmpProtocol(NetworkStack stack, Ipv4Protocol ip, IgmpSettings settings)
    {
        _stack = stack;
        _settings = settings;
        _sender = new IgmpSender(stack, ip, _counters);
        settings.AddTo(stack.Sysctl);
        stack.Counters.Add(_counters);
    }

    public byte Protocol => Number;

    /// <summary>The interface is a member now and wasn't before.</summary>
    public void Join(NetworkInterface member, in InetAddress group)
    {
        if (IsReported(member, group))
            Find(member).Join(group.Ipv4);
    }

    /// <summary>The interface was a member and isn't any more.</summary>
    public void Leave(NetworkInterface member, in InetAddress group)
    {
        if (IsReported(member, group))
            Find(member).Leave(group.Ipv4);
    }

    public void InterfaceChanged(NetworkInterface changed) => _interfaces.GetValueOrDefault(changed.Index)?.Changed();

    public void InterfaceRemoved(NetworkInterface removed)
    {
        if (_interfaces.Remove(removed.Index, out IgmpInterface? there))
            there.Removed();
    }

    public void Input(Mbuf packet, in NetworkHeader header)
    {
        _counters.Received.Increment();
        int length = packet.Packet.Length - header.HeaderLength;
        if (length < IgmpQuery.MinimumLength)
        {
            _counters.TooShort.Increment();
        }
        else if (InternetChecksum.Finish(InternetChecksum.Sum(packet, header.HeaderLength, length)) != 0)
        {
            _counters.BadChecksum.Increment();
        }
        else
        {
            Span<byte> message = stackalloc byte[Math.Min(length, Looked)];
            packet.CopyTo(header.HeaderLength, message);
            Receive(message, length, header);
        }
        packet.Free();
    }

    /// <summary>Nobody sends IGMP to be told of errors.</summary>
    public void ErrorInput(TransportError error, int mtu, in InetAddress source, in InetAddress destination, ReadOnlySpan<byte> quoted)
    {
    }

    public void Flush()
    {
    }

    private void Receive(ReadOnlySpan<byte> message, int length, in NetworkHeader header)
    {
        switch (message[0])
        {
            case IgmpType.Query:
                ReceiveQuery(message, length, header);
                break;
            case IgmpType.Version1Report or IgmpType.Version2Report:
                _counters.Reports.Increment();
                if (_interfaces.TryGetValue(header.Interface.Index, out IgmpInterface? receiver) && receiver.Hear(BinaryPrimitives.ReadUInt32BigEndian(message[4..])))
                    _counters.OwnReports.Increment();
                break;
            case IgmpType.Version3Report:
                _counters.Reports.Increment();
                break;
            default:
                _counters.Others.Increment();
                break;
        }
    }

    private void ReceiveQuery(ReadOnlySpan<byte> message, int length, in NetworkHeader header)
    {
        _counters.Queries.Increment();
        // Section 4: all have a TTL of 1, so another one has come from further than the link, or claims to.
        if (header.Ttl != 1)
            _counters.BadTtl.Increment();
        else if (!IgmpQuery.TryRead(message, length, out IgmpQuery query))
            _counters.BadQueries.Increment();
        else if (CanReport(header.Interface))
            Find(header.Interface).Query(query);
    }

    private static bool IsReported(NetworkInterface member, in InetAddress group) => CanReport(member) && group.Ipv4 != IgmpAddress.AllSystems;

    private static bool CanReport(NetworkInterface member) => !member.IsLoopback && (member.Flags & InterfaceFlags.Multicast) != 0;

    private IgmpInterface Find(NetworkInterface member)
    {
        if (!_interfaces.TryGetValue(member.Index, out IgmpInterface? found))
            _interfaces.Add(member.Index, found = new IgmpInterface(_stack, member, _sender, _settings));
        return found;
    }
}

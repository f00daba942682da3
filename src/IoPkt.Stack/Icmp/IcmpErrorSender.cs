using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>Makes ICMP error messages, where the rules allow one.</summary>
internal sealed class IcmpErrorSender
{
    /// <summary>RFC 1812, section 4.3.2.3: no ICMP error is longer than 576 bytes.</summary>
    private const int MaximumQuote = 576 - Ipv4Header.MinimumLength - IcmpProtocol.HeaderSize;

    /// <summary>RFC 1812, section 4.3.2.5: "Internetwork control".</summary>
    private const byte InternetworkControl = 0xc0;

    private readonly NetworkStack _stack;
    private readonly Ipv4Protocol _ip;
    private readonly IcmpCounters _counters;
    private readonly ErrorRateLimiter _limiter;
    private readonly RouteCache _cache = new();

    public IcmpErrorSender(NetworkStack stack, Ipv4Protocol ip, IcmpCounters counters)
    {
        _stack = stack;
        _ip = ip;
        _counters = counters;
        _limiter = new ErrorRateLimiter(stack.Clock, stack.Random, ip.Settings);
    }

    /// <param name="packet">The packet at fault, from its IP header on. It stays the caller's.</param>
    /// <param name="header">What it says.</param>
    /// <param name="information">The message's second word: an MTU, a pointer, or 0.</param>
    public void Send(Mbuf packet, in NetworkHeader header, byte type, byte code, uint information)
    {
        if (!MayAnswer(packet, header))
        {
            _counters.ErrorsNotSent.Increment();
            return;
        }
        if (!_limiter.TryTake())
        {
            _counters.ErrorsLimited.Increment();
            return;
        }
        int quoted = Math.Min(packet.Packet.Length, Math.Min(header.HeaderLength + _ip.Settings.IcmpReturnedBytes, MaximumQuote));
        if (_stack.Pool.GetCluster() is not { } message)
            return;
        if (message.TrailingSpace < Mbuf.HeaderRoom + IcmpProtocol.HeaderSize + quoted)
            quoted = message.TrailingSpace - Mbuf.HeaderRoom - IcmpProtocol.HeaderSize;
        message.Reserve(Mbuf.HeaderRoom);
        message.Commit(IcmpProtocol.HeaderSize + quoted);
        Span<byte> bytes = message.Span;
        bytes[0] = type;
        bytes[1] = code;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], information);
        packet.CopyTo(0, bytes[IcmpProtocol.HeaderSize..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], InternetChecksum.Finish(InternetChecksum.Sum(bytes)));
        _counters.ErrorsSent.Increment();
        SendParameters parameters = new()
        {
            // RFC 1122, section 3.2.2: the address that the packet was sent to, if it's ours; a router's own otherwise.
            Source = _ip.Local.IsOwn(header.Destination) ? header.Destination : LocalAddresses.SourceFor(header.Interface, header.Source) ?? InetAddress.AnyIpv4,
            Destination = header.Source,
            Protocol = IcmpProtocol.Number,
            TrafficClass = InternetworkControl,
        };
        _ip.Output(message, parameters, _cache);
    }

    /// <summary>RFC 1122, section 3.2.2: what is never answered with an error.</summary>
    private bool MayAnswer(Mbuf packet, in NetworkHeader header)
    {
        Ipv4Header ip = new(packet.Span);
        const LinkFlags group = LinkFlags.Broadcast | LinkFlags.Multicast;
        if (header.IsMulticastOrBroadcast || (packet.Packet.Link & group) != 0 || ip.FragmentOffset != 0)
            return false;
        InetAddress source = header.Source;
        if (source.IsUnspecified || source.IsMulticast || source.Ipv4 >= 0xf000_0000 || LocalAddresses.IsBroadcast(source, header.Interface)
            || (source.IsLoopback && (packet.Packet.Link & LinkFlags.Loopback) == 0))
            return false;
        if (header.Protocol != IcmpProtocol.Number)
            return true;
        if (packet.Packet.Length <= header.HeaderLength)
            return false;
        Span<byte> type = stackalloc byte[1];
        packet.CopyTo(header.HeaderLength, type);
        return IcmpType.IsInformational(type[0]);
    }
}

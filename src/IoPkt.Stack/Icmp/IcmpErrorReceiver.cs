namespace IoPkt.Stack;

/// <summary>Reads ICMP error messages, checks the packet that they quote, and tells the transport protocol that sent it.</summary>
internal sealed class IcmpErrorReceiver(NetworkStack stack, Ipv4Protocol ip, IcmpCounters counters)
{
    /// <summary>How much of a transport header is worth passing on: all of TCP's.</summary>
    private const int TransportBytes = 60;

    /// <summary>RFC 1191, section 7.1: MTUs that occur, for routers that don't say theirs.</summary>
    private static ReadOnlySpan<ushort> Plateaus => [32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68];

    private readonly IcmpRedirects _redirects = new(stack, ip, counters);

    /// <param name="message">From its IP header on, checksum verified. It stays the caller's.</param>
    /// <param name="header">What its IP header says.</param>
    /// <param name="type">Of the message.</param>
    /// <param name="code">Of the message.</param>
    /// <param name="information">Its second word.</param>
    public void Receive(Mbuf message, in NetworkHeader header, byte type, byte code, uint information)
    {
        if (Map(type, code) is not { } error)
        {
            counters.UnknownCodes.Increment();
            return;
        }
        Span<byte> buffer = stackalloc byte[Ipv4Header.MaximumLength + TransportBytes];
        buffer = CopyQuote(message, header, buffer);
        if (!TryReadQuote(buffer, header, out int transport))
        {
            counters.BadQuote.Increment();
            return;
        }
        Ipv4Header quoted = new(buffer);
        int mtu = error == TransportError.MessageTooBig ? NextHopMtu((ushort)information, quoted.TotalLength) : 0;
        Dispatch(error, mtu, quoted.Source, quoted.Destination, quoted.Protocol, buffer[transport..]);
    }

    /// <param name="message">From its IP header on, checksum verified. It stays the caller's.</param>
    /// <param name="header">What its IP header says.</param>
    /// <param name="router">Whom it names.</param>
    public void ReceiveRedirect(Mbuf message, in NetworkHeader header, in InetAddress router)
    {
        Span<byte> buffer = stackalloc byte[Ipv4Header.MaximumLength + TransportBytes];
        buffer = CopyQuote(message, header, buffer);
        if (TryReadQuote(buffer, header, out _))
            _redirects.Receive(header, new Ipv4Header(buffer).Destination, router);
        else
            counters.BadQuote.Increment();
    }

    /// <summary>Tells whoever sent a packet what became of it.</summary>
    public void Dispatch(TransportError error, int mtu, in InetAddress source, in InetAddress destination, byte protocol, ReadOnlySpan<byte> quoted)
    {
        stack.Transport(protocol)?.ErrorInput(error, mtu, source, destination, quoted);
        ip.RawTable.ErrorInput(error, mtu, source, destination, protocol);
    }

    private static Span<byte> CopyQuote(Mbuf message, in NetworkHeader header, Span<byte> buffer)
    {
        int start = header.HeaderLength + IcmpProtocol.HeaderSize;
        buffer = buffer[..Math.Min(buffer.Length, message.Packet.Length - start)];
        message.CopyTo(start, buffer);
        return buffer;
    }

    /// <summary>A message about a packet that we can't have sent is a mistake or a forgery.</summary>
    private bool TryReadQuote(Span<byte> quote, in NetworkHeader header, out int transport)
    {
        transport = 0;
        if (quote.Length < Ipv4Header.MinimumLength + 8)
            return false;
        Ipv4Header quoted = new(quote);
        transport = quoted.HeaderLength;
        return quoted.Version == 4
            && transport >= Ipv4Header.MinimumLength
            && quote.Length >= transport + 8
            && quoted.TotalLength >= transport
            && quoted.FragmentOffset == 0
            && quoted.Source == header.Destination
            && ip.Local.IsOwn(quoted.Source);
    }

    private static int NextHopMtu(int reported, int packetLength)
    {
        if (reported != 0)
            return reported;
        // RFC 1191, section 5: a router from before it says nothing; then the next lower MTU that's known to be in use.
        foreach (ushort plateau in Plateaus)
        {
            if (plateau < packetLength)
                return plateau;
        }
        return 68;
    }

    /// <summary>RFC 1122, section 3.2.2.1, and RFC 1812, section 5.2.7.1.</summary>
    private static TransportError? Map(byte type, byte code) => (type, code) switch
    {
        (IcmpType.Unreachable, 0 or 6 or 8 or 11) => TransportError.NetworkUnreachable,
        (IcmpType.Unreachable, 1 or 5 or 7 or 12 or 14 or 15) => TransportError.HostUnreachable,
        (IcmpType.Unreachable, 2) => TransportError.ProtocolUnreachable,
        (IcmpType.Unreachable, 3) => TransportError.PortUnreachable,
        (IcmpType.Unreachable, 4) => TransportError.MessageTooBig,
        (IcmpType.Unreachable, 9 or 10 or 13) => TransportError.AdministrativelyProhibited,
        (IcmpType.TimeExceeded, 0 or 1) => TransportError.TimeExceeded,
        (IcmpType.ParameterProblem, _) => TransportError.ParameterProblem,
        _ => null,
    };
}

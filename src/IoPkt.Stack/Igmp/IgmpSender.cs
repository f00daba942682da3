using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>Builds reports and sends them: with a TTL of 1, the precedence of Internetwork Control, and the Router Alert option (RFC 3376, section 4).</summary>
internal sealed class IgmpSender(NetworkStack stack, Ipv4Protocol ip, IgmpCounters counters)
{
    private const int HeaderLength = Ipv4Header.MinimumLength + 4;
    private const byte InternetworkControl = 0xc0;

    /// <summary>RFC 2113: copied, of four bytes, "router shall examine packet".</summary>
    private const uint RouterAlert = 0x9404_0000;

    /// <summary>A version 3 report before its first record, and a record before its sources.</summary>
    private const int ReportHeader = 8, RecordHeader = 8, SourceSize = 4;

    private const int MessageSize = 8;

    private readonly byte[] _packet = new byte[1500];
    private readonly RouteCache _route = new();
    private int _length;
    private int _records;

    /// <summary>A report or a leave of versions 1 and 2 (RFC 2236, section 2).</summary>
    public void Send(NetworkInterface leaving, byte type, uint group)
    {
        Span<byte> message = _packet.AsSpan(HeaderLength, MessageSize);
        message.Clear();
        message[0] = type;
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], group);
        (type == IgmpType.Leave ? counters.LeavesSent : counters.ReportsSent).Increment();
        Transmit(leaving, type == IgmpType.Leave ? IgmpAddress.AllRouters : group, MessageSize);
    }

    /// <summary>Adds a record to the version 3 report that's being made; one that's full is sent. Sources that don't fit go into the next.</summary>
    public void Add(NetworkInterface leaving, IgmpRecordType type, uint group, HashSet<uint>? sources)
    {
        int room = Math.Min(_packet.Length, leaving.Mtu) - HeaderLength;
        IEnumerable<uint[]> parts = sources is null ? [[]] : sources.Chunk(Math.Max(1, (room - ReportHeader - RecordHeader) / SourceSize));
        foreach (uint[] part in parts)
        {
            int size = RecordHeader + part.Length * SourceSize;
            if (_records > 0 && _length + size > room)
                Flush(leaving);
            if (_records == 0)
                _length = ReportHeader;
            Span<byte> record = _packet.AsSpan(HeaderLength + _length, size);
            record[0] = (byte)type;
            record[1] = 0;
            BinaryPrimitives.WriteUInt16BigEndian(record[2..], (ushort)part.Length);
            BinaryPrimitives.WriteUInt32BigEndian(record[4..], group);
            for (int i = 0; i < part.Length; i++)
                BinaryPrimitives.WriteUInt32BigEndian(record[(RecordHeader + i * SourceSize)..], part[i]);
            _length += size;
            _records++;
        }
    }

    /// <summary>Sends the version 3 report that was made, if there's anything in it.</summary>
    public void Flush(NetworkInterface leaving)
    {
        if (_records == 0)
            return;
        Span<byte> message = _packet.AsSpan(HeaderLength, ReportHeader);
        message.Clear();
        message[0] = IgmpType.Version3Report;
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], (ushort)_records);
        _records = 0;
        counters.ReportsSent.Increment();
        Transmit(leaving, IgmpAddress.Version3Routers, _length);
    }

    private void Transmit(NetworkInterface leaving, uint destination, int length)
    {
        Span<byte> message = _packet.AsSpan(HeaderLength, length);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Finish(InternetChecksum.Sum(message)));
        Ipv4Header header = new(_packet);
        header.Initialize();
        _packet[0] = 0x40 | HeaderLength / 4;
        header.TrafficClass = InternetworkControl;
        header.TotalLength = HeaderLength + length;
        header.Fragment = Ipv4Header.DontFragmentFlag;
        header.Ttl = 1;
        header.Protocol = IgmpProtocol.Number;
        // Section 4.2.13: an address of this interface, or none while it hasn't got any.
        header.Source = LocalAddresses.SourceFor(leaving, InetAddress.AnyIpv4) ?? InetAddress.AnyIpv4;
        header.Destination = InetAddress.FromIpv4(destination);
        BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(Ipv4Header.MinimumLength), RouterAlert);
        if (ip.Router.Find(header.Destination, leaving, _route) != Errno.None)
            return;
        if (stack.Pool.GetCopy(_packet.AsSpan(0, HeaderLength + length)) is not { } packet)
        {
            counters.NoMemory.Increment();
            return;
        }
        ip.Counters.Sent.Increment();
        ip.Sender.Transmit(packet, _route);
    }
}

using IoPkt.Stack.Tests.Harness;
using PacketDotNet;
using Xunit;

namespace IoPkt.Stack.Tests.Ipv4;

/// <summary>What of received packets is believed: RFC 791, and RFC 1122, section 3.2.1.</summary>
public sealed class Ipv4InputTests : IDisposable
{
    private const int Header = 14;

    private readonly TwoHosts _net = new TwoHosts().Quiet();
    private readonly UdpSocket _server;

    public Ipv4InputTests()
    {
        _server = _net.A.Udp("0.0.0.0", 7);
        _net.A.Step(_ => _net.PortA.Link.Arp.SetStatic(InetAddress.Parse("10.0.0.9"), Oracle.Stranger));
        _net.Wire.Recording = true;
    }

    public void Dispose()
    {
        while (_server.TryReceive(out Datagram datagram))
            datagram.Payload.Free();
        _net.A.AssertNothingHeld();
        Assert.All(_net.Wire.Frames, Oracle.AssertValid);
        _net.Dispose();
    }

    private byte[] Good(byte[] payload) => Oracle.Udp(_net.PortA, "10.0.0.9", "10.0.0.1", payload);

    [Theory]
    [InlineData(0, 0x65, "with incorrect version number")]
    [InlineData(0, 0x44, "with header length < data size")] // 16 bytes of header
    [InlineData(0, 0x4f, "with header length < data size")] // 60, and the packet has fewer
    [InlineData(2, 0x7f, "with length > data received")]
    [InlineData(3, 0x10, "with header length < data size")] // in all less than the header
    [InlineData(10, 0x55, "bad header checksums")]
    public void A_malformed_header_is_counted_and_dropped(int offset, byte value, string counter)
    {
        byte[] frame = Good(new byte[20]);
        frame[Header + offset] = value;
        if (offset != 10)
            FixChecksum(frame);
        _net.PortA.Inject(frame);
        Assert.Equal(0, _server.ReceiveCount);
        Assert.Equal(1, _net.A.Count("ip", counter));
        Assert.Empty(_net.Wire.Frames);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(19)]
    public void A_packet_shorter_than_a_header_is_counted(int length)
    {
        _net.PortA.Inject(Good([]).AsSpan(0, Header + length));
        Assert.Equal(1, _net.A.Count("ip", "with size smaller than minimum"));
    }

    [Fact]
    public void The_links_padding_is_no_part_of_the_packet()
    {
        _net.PortA.Inject([.. Good([1, 2, 3]), .. new byte[15]]);
        Assert.Equal([1, 2, 3], TwoHosts.Take(_server));
    }

    [Theory]
    [InlineData("224.0.0.5", "10.0.0.1")]
    [InlineData("255.255.255.255", "10.0.0.1")]
    [InlineData("10.0.0.255", "10.0.0.1")]
    [InlineData("127.0.0.1", "10.0.0.1")]
    [InlineData("10.0.0.9", "127.0.0.1")]
    [InlineData("10.0.0.1", "10.0.0.1")] // our own address from outside ("land")
    [InlineData("0.0.0.0", "10.0.0.1")]
    [InlineData("0.1.2.3", "10.0.0.1")]
    [InlineData("240.0.0.1", "10.0.0.1")]
    [InlineData("10.0.0.9", "0.0.0.0")]
    [InlineData("10.0.0.9", "240.0.0.1")]
    public void Impossible_addresses_are_counted_and_dropped(string source, string destination)
    {
        _net.PortA.Inject(Oracle.Udp(_net.PortA, source, destination, [1]));
        Assert.Equal(0, _server.ReceiveCount);
        Assert.Equal(1, _net.A.Count("ip", "with an impossible source or destination address"));
        Assert.Empty(_net.Wire.Frames);
    }

    [Fact]
    public void A_packet_for_somebody_else_is_not_passed_on()
    {
        _net.PortA.Inject(Oracle.Udp(_net.PortA, "10.0.0.9", "10.0.0.2", [1]));
        _net.Network.Settle();
        Assert.Equal(1, _net.A.Count("ip", "packets not forwardable"));
        Assert.Empty(_net.Wire.Frames);
    }

    [Fact]
    public void A_unicast_packet_in_a_broadcast_frame_is_dropped()
    {
        _net.PortA.Inject(Oracle.Udp(_net.PortA, "10.0.0.9", "10.0.0.1", [1], link: MacAddress.Broadcast));
        Assert.Equal(0, _server.ReceiveCount);
    }

    [Fact]
    public void An_unknown_protocol_is_told_so()
    {
        _net.PortA.Inject(Oracle.Ip(_net.PortA, "10.0.0.9", "10.0.0.1", (ProtocolType)200, new byte[16]));
        _net.Network.Settle();
        IcmpV4Packet error = Oracle.Read(Assert.Single(_net.Wire.Frames)).Extract<IcmpV4Packet>();
        Assert.Equal(IcmpV4TypeCode.UnreachableProtocol, error.TypeCode);
        Assert.Equal(1, _net.A.Count("ip", "packets for unknown/unsupported protocol"));
    }

    [Theory]
    [InlineData("01010100")] // no operation
    [InlineData("00ffffff")] // end of list; what's behind it is padding
    [InlineData("0707040000000000")] // record route
    [InlineData("440805010000000000000000")] // timestamp
    [InlineData("94040000")] // router alert
    [InlineData("820b01020304050607080900")] // basic security
    public void Options_change_nothing(string options)
    {
        _net.PortA.Inject(WithOptions(Good([1, 2, 3]), Convert.FromHexString(options)));
        Assert.Equal([1, 2, 3], TwoHosts.Take(_server));
        Assert.Equal(0, _net.A.Count("ip", "with bad options"));
    }

    [Theory]
    [InlineData("83070400000000")]
    [InlineData("89070400000000")]
    public void Source_routes_are_refused_with_a_message(string options)
    {
        _net.PortA.Inject(WithOptions(Good([1]), [.. Convert.FromHexString(options), 0]));
        _net.Network.Settle();
        Assert.Equal(0, _server.ReceiveCount);
        Assert.Equal(1, _net.A.Count("ip", "source routed, refused"));
        Assert.Equal(IcmpV4TypeCode.UnreachableSourceRouteFailed, Oracle.Read(Assert.Single(_net.Wire.Frames)).Extract<IcmpV4Packet>().TypeCode);
    }

    [Theory]
    [InlineData("07ff0400", 20)] // longer than the list
    [InlineData("07010400", 20)] // shorter than an option
    [InlineData("01010107", 23)] // without a length
    public void A_malformed_option_is_reported_with_its_place(string options, int pointer)
    {
        _net.PortA.Inject(WithOptions(Good([1]), Convert.FromHexString(options)));
        _net.Network.Settle();
        Assert.Equal(0, _server.ReceiveCount);
        byte[] message = Oracle.Read(Assert.Single(_net.Wire.Frames)).Extract<IcmpV4Packet>().Bytes;
        Assert.Equal([12, 0], message[..2]);
        Assert.Equal(pointer, message[4]);
    }

    private static byte[] WithOptions(byte[] frame, byte[] options)
    {
        byte[] longer = [.. frame[..(Header + 20)], .. options, .. frame[(Header + 20)..]];
        longer[Header] = (byte)(0x40 | (20 + options.Length) / 4);
        int total = longer.Length - Header;
        (longer[Header + 2], longer[Header + 3]) = ((byte)(total >> 8), (byte)total);
        FixChecksum(longer);
        return longer;
    }

    private static void FixChecksum(byte[] frame)
    {
        int length = Math.Clamp((frame[Header] & 0xf) * 4, 20, frame.Length - Header);
        frame[Header + 10] = frame[Header + 11] = 0;
        ushort checksum = InternetChecksum.Finish(InternetChecksum.Sum(frame.AsSpan(Header, length)));
        (frame[Header + 10], frame[Header + 11]) = ((byte)(checksum >> 8), (byte)checksum);
    }
}

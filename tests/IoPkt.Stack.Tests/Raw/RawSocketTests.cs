using IoPkt.Stack.Tests.Harness;
using PacketDotNet;
using Xunit;

namespace IoPkt.Stack.Tests.Raw;

public sealed class RawSocketTests : IDisposable
{
    private readonly TwoHosts _net = new TwoHosts().Quiet();

    public RawSocketTests()
    {
        _net.A.Step(_ => _net.PortA.Link.Arp.SetStatic(InetAddress.Parse("10.0.0.9"), Oracle.Stranger));
        _net.Wire.Recording = true;
    }

    public void Dispose()
    {
        Assert.All(_net.Wire.Frames, Oracle.AssertValid);
        _net.Dispose();
    }

    [Fact]
    public void Everybody_who_wants_a_protocol_gets_its_packets_with_their_header()
    {
        RawSocket first = Raw(200), second = Raw(200), other = Raw(201), elsewhere = Raw(200);
        _net.A.Step(_ => elsewhere.Connect(new InetEndpoint(InetAddress.Parse("10.0.0.2"), 0)));
        byte[] frame = Oracle.Ip(_net.PortA, "10.0.0.9", "10.0.0.1", (ProtocolType)200, [1, 2, 3]);
        _net.PortA.Inject(frame);
        _net.Network.Settle();
        Assert.Equal(frame[14..], TwoHosts.Take(first));
        Assert.Equal(frame[14..], TwoHosts.Take(second));
        Assert.Equal((0, 0), (other.ReceiveCount, elsewhere.ReceiveCount));
        // Somebody wanted it, so it isn't unreachable.
        Assert.Empty(_net.Wire.Frames);
    }

    [Fact]
    public void The_header_is_ours_or_with_IP_HDRINCL_the_users()
    {
        RawSocket plain = Raw(200), included = Raw(255);
        InetEndpoint to = new(InetAddress.Parse("10.0.0.9"), 0);
        _net.A.Step(_ => Assert.Equal(Errno.None, plain.Send(_net.A.Copy([1, 2, 3]), to)));
        _net.Network.Settle();
        IPv4Packet ours = Oracle.Read(_net.Wire.Frames[^1]).Extract<IPv4Packet>();
        Assert.Equal((ProtocolType)200, ours.Protocol);
        Assert.Equal("10.0.0.1", ours.SourceAddress.ToString());
        Assert.Equal([1, 2, 3], ours.PayloadData ?? ours.PayloadPacket.Bytes);

        // Length, checksum and identification are filled in, and so is a source of zero; the rest stays as it was given.
        byte[] users = Oracle.Ip(_net.PortA, "0.0.0.0", "10.0.0.9", (ProtocolType)77, [4, 5], ip => { ip.TimeToLive = 3; ip.TypeOfService = 0x20; })[14..];
        users[2] = users[3] = users[10] = users[11] = 0;
        _net.A.Step(_ => Assert.Equal(Errno.None, included.Send(_net.A.Copy(users), to)));
        _net.Network.Settle();
        IPv4Packet theirs = Oracle.Read(_net.Wire.Frames[^1]).Extract<IPv4Packet>();
        Assert.Equal((ProtocolType)77, theirs.Protocol);
        Assert.Equal(3, theirs.TimeToLive);
        Assert.Equal(0x20, theirs.TypeOfService);
        Assert.Equal("10.0.0.1", theirs.SourceAddress.ToString());
        Assert.NotEqual(0, theirs.Id);
    }

    [Theory]
    [InlineData(19)] // no header
    [InlineData(20)] // of zeros
    public void What_is_no_header_is_refused(int length)
    {
        RawSocket included = Raw(255);
        _net.A.Step(_ => Assert.Equal(Errno.Invalid, included.Send(_net.A.Copy(new byte[length]), new InetEndpoint(InetAddress.Parse("10.0.0.9"), 0))));
        _net.A.AssertNothingHeld();
    }

    [Fact]
    public void ICMP_FILTER_keeps_types_away()
    {
        RawSocket socket = Raw(1);
        socket.IcmpFilter = 1u << 8;
        _net.PortA.Inject(Oracle.Icmp(_net.PortA, "10.0.0.9", "10.0.0.1", 8, 0, 1, []));
        Assert.Equal(0, socket.ReceiveCount);
        _net.PortA.Inject(Oracle.Icmp(_net.PortA, "10.0.0.9", "10.0.0.1", 0, 0, 1, []));
        Assert.Equal(1, socket.ReceiveCount);
    }

    private RawSocket Raw(byte protocol) => _net.A.Stack.Ipv4.CreateRawSocket(protocol);
}

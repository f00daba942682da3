using IoPkt.Stack.Tests.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Ethernet;

public sealed class EthernetLinkTests : IDisposable
{
    private readonly TwoHosts _net = new TwoHosts().Quiet();

    public void Dispose() => _net.Dispose();

    [Theory]
    [InlineData(0x88cc, "frames of an unknown protocol")] // LLDP
    [InlineData(0x8100, "frames with a VLAN tag, dropped")]
    [InlineData(46, "IEEE 802.3 frames with an LLC header, dropped")]
    public void Other_protocols_are_counted(int type, string counter)
    {
        byte[] frame = Oracle.Frame(_net.PortA, new byte[46]);
        (frame[12], frame[13]) = ((byte)(type >> 8), (byte)type);
        _net.PortA.Inject(frame);
        Assert.Equal(1, _net.A.Count("ether", counter));
        Assert.Equal(1, _net.PortA.Interface.NoProtocol);
        _net.A.AssertNothingHeld();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    public void A_frame_without_a_whole_header_is_counted(int length)
    {
        _net.PortA.Inject(new byte[length]);
        Assert.Equal(1, _net.A.Count("ether", "frames shorter than their header"));
        Assert.Equal(1, _net.PortA.Interface.Received.Errors);
    }

    [Fact]
    public void Frames_for_other_stations_are_dropped()
    {
        UdpSocket server = _net.A.Udp("0.0.0.0", 7);
        _net.PortA.Inject(Oracle.Udp(_net.PortA, "10.0.0.9", "10.0.0.1", [1], link: Oracle.Stranger));
        Assert.Equal(0, server.ReceiveCount);
        Assert.Equal(1, _net.A.Count("ether", "frames for other stations"));
    }

    [Theory]
    [InlineData("224.0.0.1", "01:00:5e:00:00:01")]
    [InlineData("239.129.2.3", "01:00:5e:01:02:03")] // 23 bits of the group
    [InlineData("255.255.255.255", "ff:ff:ff:ff:ff:ff")]
    [InlineData("10.0.0.255", "ff:ff:ff:ff:ff:ff")]
    public void A_group_has_its_own_link_address(string destination, string mac)
    {
        _net.Wire.Recording = true;
        UdpSocket client = _net.A.Udp();
        client.Options.Broadcast = true;
        _net.A.Step(_ => Assert.Equal(Errno.None, client.Send(_net.A.Copy([1]), new InetEndpoint(InetAddress.Parse(destination), 7))));
        _net.Network.Settle();
        byte[] frame = Assert.Single(_net.Wire.Frames);
        Oracle.AssertValid(frame);
        Assert.Equal(mac, MacAddress.Read(frame).ToString());
        Assert.Equal(_net.PortA.Mac, MacAddress.Read(frame.AsSpan(6)));
    }

    [Fact]
    public void Nothing_is_received_or_sent_by_an_interface_that_is_down()
    {
        UdpSocket server = _net.A.Udp("0.0.0.0", 7);
        _net.A.Step(stack => stack.Interfaces.SetUp(_net.PortA.Interface, false));
        _net.PortA.Inject(Oracle.Udp(_net.PortA, "10.0.0.9", "10.0.0.1", [1]));
        Assert.Equal(0, server.ReceiveCount);
        _net.A.Step(_ => Assert.NotEqual(Errno.None, server.Send(_net.A.Copy([1]), new InetEndpoint(InetAddress.Parse("10.0.0.2"), 7))));
        _net.A.AssertNothingHeld();
    }
}

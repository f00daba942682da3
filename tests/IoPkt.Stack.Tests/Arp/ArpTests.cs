using IoPkt.Stack.Tests.Harness;
using PacketDotNet;
using Xunit;
using DecodedArp = PacketDotNet.ArpPacket;

namespace IoPkt.Stack.Tests.Arp;

/// <summary>RFC 826 between two hosts, and what a stranger on the link tries.</summary>
public sealed class ArpTests : IDisposable
{
    private readonly TwoHosts _net = new TwoHosts().Quiet();

    public ArpTests() => _net.Wire.Recording = true;

    public void Dispose()
    {
        Assert.All(_net.Wire.Frames, Oracle.AssertValid);
        _net.Dispose();
    }

    [Fact]
    public void The_first_packet_asks_everybody_and_follows_the_answer()
    {
        UdpSocket server = _net.B.Udp("0.0.0.0", 7);
        Send(_net.A, "10.0.0.2", [1]);
        Assert.Equal(1, server.ReceiveCount);
        Assert.Equal(3, _net.Wire.Frames.Count);
        EthernetPacket question = Oracle.Read(_net.Wire.Frames[0]), answer = Oracle.Read(_net.Wire.Frames[1]);
        Assert.Equal(MacAddress.Broadcast, Oracle.Mac(question.DestinationHardwareAddress));
        DecodedArp request = question.Extract<DecodedArp>(), reply = answer.Extract<DecodedArp>();
        Assert.Equal(ArpOperation.Request, request.Operation);
        Assert.Equal("10.0.0.1", request.SenderProtocolAddress.ToString());
        Assert.Equal("10.0.0.2", request.TargetProtocolAddress.ToString());
        Assert.Equal(_net.PortA.Mac, Oracle.Mac(answer.DestinationHardwareAddress));
        Assert.Equal(ArpOperation.Response, reply.Operation);
        Assert.Equal(_net.PortB.Mac, Oracle.Mac(reply.SenderHardwareAddress));
        Assert.Equal("10.0.0.2", reply.SenderProtocolAddress.ToString());
        Assert.Equal("10.0.0.1", reply.TargetProtocolAddress.ToString());
        Assert.Equal(_net.PortA.Mac, Oracle.Mac(reply.TargetHardwareAddress));
        Assert.NotNull(Oracle.Read(_net.Wire.Frames[2]).Extract<UdpPacket>());
    }

    [Fact]
    public void Who_was_asked_knows_the_asker()
    {
        _net.B.Udp("0.0.0.0", 7);
        Send(_net.A, "10.0.0.2", [1]);
        long asked = _net.B.Count("arp", "requests sent");
        _net.A.Udp("0.0.0.0", 7);
        Send(_net.B, "10.0.0.1", [2]);
        // The entry is only stale, but good enough to be used at once; a question to its owner alone confirms it if nothing else does.
        Assert.Equal(asked, _net.B.Count("arp", "requests sent"));
        Assert.Equal(NeighborState.Delay, State(_net.PortB, "10.0.0.1"));
        _net.Network.Run(5);
        Assert.Equal(asked + 1, _net.B.Count("arp", "requests sent"));
        EthernetPacket confirmation = Oracle.Read(_net.Wire.Frames.Last(f => f[12] == 8 && f[13] == 6 && f[21] == 1));
        Assert.Equal(_net.PortA.Mac, Oracle.Mac(confirmation.DestinationHardwareAddress));
        Assert.Equal(NeighborState.Reachable, State(_net.PortB, "10.0.0.1"));
    }

    [Fact]
    public void An_announcement_puts_right_what_is_known_and_adds_nothing()
    {
        Send(_net.A, "10.0.0.2", [1]);
        MacAddress moved = MacAddress.Read([2, 0, 0, 0, 0x77, 1]);
        _net.PortA.Inject(Oracle.Arp(ArpOperation.Request, moved, "10.0.0.2", default, "10.0.0.2"));
        Assert.Equal(moved, Find(_net.PortA, "10.0.0.2")!.LinkAddress);
        Assert.Equal(NeighborState.Stale, State(_net.PortA, "10.0.0.2"));
        _net.PortA.Inject(Oracle.Arp(ArpOperation.Request, moved, "10.0.0.9", default, "10.0.0.9"));
        _net.PortA.Inject(Oracle.Arp(ArpOperation.Response, moved, "10.0.0.9", _net.PortA.Mac, "10.0.0.1", _net.PortA.Mac));
        Assert.Null(Find(_net.PortA, "10.0.0.9"));
    }

    [Fact]
    public void A_question_from_another_network_is_answered_and_not_remembered()
    {
        _net.PortA.Inject(Oracle.Arp(ArpOperation.Request, Oracle.Stranger, "192.0.2.1", default, "10.0.0.1"));
        _net.Network.Settle();
        Assert.Equal(1, _net.A.Count("arp", "replies sent"));
        Assert.Null(Find(_net.PortA, "192.0.2.1"));
    }

    [Fact]
    public void Questions_about_others_are_theirs_to_answer()
    {
        _net.PortA.Inject(Oracle.Arp(ArpOperation.Request, Oracle.Stranger, "10.0.0.9", default, "10.0.0.2"));
        _net.Network.Settle();
        Assert.Equal(0, _net.A.Count("arp", "replies sent"));
        Assert.Null(Find(_net.PortA, "10.0.0.9"));
    }

    [Fact]
    public void An_entry_made_by_hand_is_never_asked_for_nor_changed()
    {
        MacAddress fixedAddress = MacAddress.Read([2, 0, 0, 0, 0x55, 1]);
        _net.A.Step(_ => _net.PortA.Link.Arp.SetStatic(InetAddress.Parse("10.0.0.2"), fixedAddress));
        _net.PortA.Inject(Oracle.Arp(ArpOperation.Request, Oracle.Stranger, "10.0.0.2", default, "10.0.0.1"));
        Send(_net.A, "10.0.0.2", [1]);
        Assert.Equal(fixedAddress, Find(_net.PortA, "10.0.0.2")!.LinkAddress);
        Assert.Equal(NeighborState.Static, State(_net.PortA, "10.0.0.2"));
        Assert.Equal(1, _net.A.Count("arp", "attempts to change an entry made by hand"));
        Assert.Equal(0, _net.A.Count("arp", "requests sent"));
        Assert.Equal(fixedAddress, Oracle.Mac(Oracle.Read(_net.Wire.Frames[^1]).DestinationHardwareAddress));
    }

    [Theory]
    [InlineData(14 + 0, 0xff)] // hardware type
    [InlineData(14 + 2, 0x86)] // protocol type
    [InlineData(14 + 4, 8)] // length of a hardware address
    [InlineData(14 + 5, 16)] // length of a protocol address
    public void What_is_not_for_IPv4_over_Ethernet_is_counted(int offset, byte value)
    {
        byte[] frame = Oracle.Arp(ArpOperation.Request, Oracle.Stranger, "10.0.0.9", default, "10.0.0.1");
        frame[offset] = value;
        _net.PortA.Inject(frame);
        _net.PortA.Inject(frame.AsSpan(0, 14 + 27));
        _net.Network.Settle();
        Assert.Equal(2, _net.A.Count("arp", "packets malformed, or not for IPv4 over Ethernet"));
        Assert.Equal(0, _net.A.Count("arp", "replies sent"));
    }

    [Theory]
    [InlineData("01:00:5e:00:00:01", "10.0.0.9")]
    [InlineData("00:00:00:00:00:00", "10.0.0.9")]
    [InlineData("02:00:00:00:99:99", "224.0.0.1")]
    [InlineData("02:00:00:00:99:99", "127.0.0.1")]
    [InlineData("02:00:00:00:99:99", "10.0.0.255")]
    [InlineData("02:00:00:00:99:99", "255.255.255.255")]
    public void Impossible_senders_are_not_believed(string mac, string address)
    {
        Assert.True(MacAddress.TryParse(mac, out MacAddress sender));
        _net.PortA.Inject(Oracle.Arp(ArpOperation.Request, sender, address, default, "10.0.0.1"));
        _net.Network.Settle();
        Assert.Equal(1, _net.A.Count("arp", "packets with an impossible sender"));
        Assert.Equal(0, _net.A.Count("arp", "replies sent"));
        Assert.Empty(_net.PortA.Link.Arp.Neighbors);
    }

    private void Send(TestHost from, string to, byte[] data)
    {
        UdpSocket client = from.Udp();
        from.Step(_ => client.Send(from.Copy(data), new InetEndpoint(InetAddress.Parse(to), 7)));
        _net.Network.Settle();
    }

    private static Neighbor? Find(TestPort port, string address) => port.Link.Arp.TryFind(InetAddress.Parse(address), out Neighbor? found) ? found : null;

    private static NeighborState? State(TestPort port, string address) => Find(port, address)?.State;
}

using CsCheck;
using IoPkt.Stack.Tests.Harness;
using PacketDotNet;
using Xunit;

namespace IoPkt.Stack.Tests.Ipv4;

/// <summary>Every header that is sent, read by somebody else's code.</summary>
public sealed class Ipv4OutputTests
{
    [Fact]
    public void Datagrams_and_fragments_of_any_size_are_what_the_RFCs_say()
    {
        // Not empty: the oracle looks for a magic packet in what goes to port 7, and past the end of nothing.
        Gen.Select(Gen.Int[1, 9000], Gen.Int[576, 1500], Gen.Byte[1, 255], Gen.Byte).Sample((size, mtu, ttl, trafficClass) =>
        {
            using TwoHosts net = new TwoHosts(mtu).Quiet();
            net.Wire.Recording = true;
            UdpSocket server = net.B.Udp("0.0.0.0", 7), client = net.A.Udp();
            client.Options.Ttl = ttl;
            client.Options.TrafficClass = trafficClass;
            byte[] payload = TwoHosts.Bytes(size);
            net.A.Step(_ => Assert.Equal(Errno.None, client.Send(net.A.Copy(payload), new InetEndpoint(InetAddress.Parse("10.0.0.2"), 7))));
            net.Network.Settle();
            Assert.Equal(payload, TwoHosts.Take(server));
            Assert.All(net.Wire.Frames, Oracle.AssertValid);
            IPv4Packet[] packets = [.. net.Wire.Frames.Select(f => Oracle.Read(f).Extract<IPv4Packet>()).Where(p => p is not null)];
            Assert.All(packets, p =>
            {
                Assert.Equal(ttl, p.TimeToLive);
                Assert.Equal(trafficClass, p.TypeOfService);
                Assert.Equal("10.0.0.1", p.SourceAddress.ToString());
                Assert.Equal("10.0.0.2", p.DestinationAddress.ToString());
                Assert.InRange(p.TotalLength, 20, mtu);
                Assert.Equal(packets[0].Id, p.Id);
            });
            // The pieces follow each other without a gap, and only the last has no successor.
            int expected = 0;
            foreach (IPv4Packet packet in packets)
            {
                Assert.Equal(expected, packet.FragmentOffset * 8);
                expected += packet.TotalLength - 20;
                Assert.Equal(packet == packets[^1] ? 0 : 1, packet.FragmentFlags & 1);
            }
            Assert.Equal(size + 8, expected);
            net.A.AssertNothingHeld();
            net.B.AssertNothingHeld();
        }, iter: 100);
    }

    [Fact]
    public void Identifications_of_datagrams_that_may_be_fragmented_differ()
    {
        using TwoHosts net = new TwoHosts().Quiet();
        net.Wire.Recording = true;
        net.B.Udp("0.0.0.0", 7);
        UdpSocket client = net.A.Udp();
        for (int i = 0; i < 100; i++)
        {
            net.A.Step(_ => client.Send(net.A.Copy([1]), new InetEndpoint(InetAddress.Parse("10.0.0.2"), 7)));
            net.Network.Settle();
        }
        IPv4Packet[] packets = [.. net.Wire.Frames.Select(f => Oracle.Read(f).Extract<IPv4Packet>()).Where(p => p is not null)];
        Assert.Equal(100, packets.Length);
        Assert.Equal(100, packets.Select(p => p.Id).Distinct().Count());
    }

    [Fact]
    public void What_must_not_be_fragmented_is_refused_when_it_is_too_long()
    {
        using TwoHosts net = new TwoHosts().Quiet();
        UdpSocket client = net.A.Udp();
        client.Options.DontFragment = true;
        net.A.Step(_ => Assert.Equal(Errno.MessageTooLong, client.Send(net.A.Copy(new byte[1473]), new InetEndpoint(InetAddress.Parse("10.0.0.2"), 7))));
        net.Wire.Recording = true;
        net.A.Step(_ => Assert.Equal(Errno.None, client.Send(net.A.Copy(new byte[1472]), new InetEndpoint(InetAddress.Parse("10.0.0.2"), 7))));
        net.Network.Settle();
        IPv4Packet sent = net.Wire.Frames.Select(f => Oracle.Read(f).Extract<IPv4Packet>()).First(p => p is { Protocol: ProtocolType.Udp });
        Assert.Equal(2, sent.FragmentFlags);
        net.A.AssertNothingHeld();
    }

    [Theory]
    [InlineData("10.0.0.2", Errno.Invalid)] // RFC 1122, section 3.2.1.3 (g)
    [InlineData("127.0.0.5", Errno.None)]
    [InlineData("10.0.0.1", Errno.None)] // our own address is inside, too
    public void A_loopback_address_never_leaves_the_host(string destination, Errno expected)
    {
        using TwoHosts net = new TwoHosts().Quiet();
        net.Wire.Recording = true;
        UdpSocket bound = net.A.Udp("127.0.0.1"), other = net.A.Udp("127.0.0.1");
        InetEndpoint to = new(InetAddress.Parse(destination), 7);
        net.A.Step(_ => Assert.Equal(expected, bound.Send(net.A.Copy([1]), to)));
        net.A.Step(_ => Assert.Equal(expected, other.Connect(to)));
        TcpSocket stream = (TcpSocket)net.A.Stack.Tcp.CreateSocket(AddressFamily.Inet);
        net.A.Step(_ => Assert.Equal(Errno.None, stream.Bind(new InetEndpoint(InetAddress.Parse("127.0.0.1"), 0))));
        net.A.Step(_ => Assert.Equal(expected == Errno.None ? Errno.InProgress : expected, stream.Connect(to)));
        net.Network.Settle();
        Assert.Empty(net.Wire.Frames);
    }
}

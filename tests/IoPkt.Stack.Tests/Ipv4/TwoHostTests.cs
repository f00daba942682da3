using IoPkt.Stack.Tests.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Ipv4;

public sealed class TwoHostTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1472)]
    [InlineData(1473)]
    [InlineData(20_000)]
    [InlineData(65_507)]
    public void A_datagram_of_any_size_arrives(int size)
    {
        using TwoHosts net = new();
        UdpSocket server = net.B.Udp("0.0.0.0", 7);
        UdpSocket client = net.A.Udp();
        byte[] data = TwoHosts.Bytes(size);
        net.A.Step(_ => Assert.Equal(Errno.None, client.Send(net.A.Copy(data), new InetEndpoint(InetAddress.Parse("10.0.0.2"), 7))));
        net.Network.Run(1);
        Assert.Equal(data, TwoHosts.Take(server));
        net.Quiet();
        net.A.AssertNothingHeld();
        net.B.AssertNothingHeld();
    }

    [Fact]
    public void A_stack_talks_to_its_own_addresses_by_loopback()
    {
        using TwoHosts net = new();
        UdpSocket server = net.A.Udp("0.0.0.0", 7);
        UdpSocket client = net.A.Udp();
        foreach (string address in (string[])["127.0.0.1", "127.9.9.9", "10.0.0.1"])
        {
            net.A.Step(_ => Assert.Equal(Errno.None, client.Send(net.A.Copy([1, 2, 3]), new InetEndpoint(InetAddress.Parse(address), 7))));
            net.Network.Settle();
            Assert.True(server.TryReceive(out Datagram datagram));
            Assert.Equal(InetAddress.Parse(address), datagram.Destination.Address);
            Assert.Equal(InetAddress.Parse(address), datagram.Source.Address);
            Assert.Equal(net.A.Stack.Loopback, datagram.Interface);
            Assert.Equal([1, 2, 3], TwoHosts.Take(datagram.Payload));
        }
        net.Quiet();
        net.A.AssertNothingHeld();
    }

    [Theory]
    [InlineData(56)]
    [InlineData(20_000)]
    public void Ping_answers_with_the_same_data(int size)
    {
        using TwoHosts net = new();
        IcmpSocket ping = net.A.Stack.Ipv4.CreateIcmpSocket();
        byte[] request = [8, 0, 0, 0, 0, 0, 0, 1, .. TwoHosts.Bytes(size)];
        net.A.Step(_ => Assert.Equal(Errno.None, ping.Send(net.A.Copy(request), new InetEndpoint(InetAddress.Parse("10.0.0.2"), 0))));
        net.Network.Run(1);
        byte[] reply = TwoHosts.Take(ping);
        Assert.Equal(0, reply[0]);
        Assert.Equal(request[8..], reply[8..]);
        net.Quiet();
        net.A.AssertNothingHeld();
        net.B.AssertNothingHeld();
    }
}

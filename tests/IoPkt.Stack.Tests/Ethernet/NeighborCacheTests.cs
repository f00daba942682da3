using IoPkt.Stack.Tests.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Ethernet;

/// <summary>How long neighbours are known, asked for and waited for.</summary>
public sealed class NeighborCacheTests : IDisposable
{
    private readonly TwoHosts _net = new TwoHosts().Quiet();

    private NeighborCacheSettings Settings => _net.A.Stack.Ipv4.NeighborSettings;

    private NeighborCache Cache => _net.PortA.Link.Arp.Cache;

    public void Dispose() => _net.Dispose();

    [Fact]
    public void Packets_wait_for_the_answer_in_order_and_the_oldest_gives_way()
    {
        UdpSocket server = _net.B.Udp("0.0.0.0", 7);
        UdpSocket client = _net.A.Udp();
        _net.Wire.Filter = (_, frame) => frame[13] == 6 ? WireVerdict.Drop : WireVerdict.Pass;
        for (int i = 0; i < Settings.MaximumWaiting + 10; i++)
            Send(client, "10.0.0.2", [(byte)i]);
        Assert.Equal(Settings.MaximumWaiting, Find("10.0.0.2")!.WaitingCount);
        Assert.Equal(10, _net.A.Count("arp", "packets that waited for an answer and were pushed out by others"));
        _net.Wire.Filter = null;
        _net.Network.Run(1.1);
        Assert.Equal(Settings.MaximumWaiting, server.ReceiveCount);
        for (int i = 10; i < Settings.MaximumWaiting + 10; i++)
            Assert.Equal([(byte)i], TwoHosts.Take(server));
    }

    [Fact]
    public void Who_does_not_answer_is_asked_three_times_and_reported()
    {
        List<DateTimeOffset> asked = [];
        _net.Wire.Filter = (_, frame) =>
        {
            if (frame[13] == 6)
                asked.Add(_net.Network.Time.GetUtcNow());
            return WireVerdict.Pass;
        };
        UdpSocket client = _net.A.Udp();
        _net.A.Step(_ => Assert.Equal(Errno.None, client.Connect(new InetEndpoint(InetAddress.Parse("10.0.0.77"), 7))));
        _net.A.Step(_ => Assert.Equal(Errno.None, client.Send(_net.A.Copy([1]))));
        _net.Network.Run(3.5);
        Assert.Equal(3, asked.Count);
        // RFC 1122, section 2.3.2.1: once a second to one destination at the most.
        Assert.Equal([1.0, 1.0], asked.Zip(asked.Skip(1), (a, b) => Math.Round((b - a).TotalSeconds, 3)));
        Assert.Equal(Errno.HostUnreachable, client.TakeError());
        Assert.Equal(NeighborState.Failed, Find("10.0.0.77")!.State);
        _net.A.Step(_ => Assert.Equal(Errno.HostDown, client.Send(_net.A.Copy([2]))));
        Assert.Equal(3, asked.Count);
        // After a while it's tried again: it may have booted.
        _net.Network.Run(3);
        _net.A.Step(_ => Assert.Equal(Errno.None, client.Send(_net.A.Copy([3]))));
        _net.Network.Settle();
        Assert.Equal(4, asked.Count);
        _net.Network.Run(10);
        _net.A.AssertNothingHeld();
    }

    [Fact]
    public void A_scan_of_the_network_pushes_out_nobody_in_use()
    {
        Settings.MaximumEntries = 64;
        UdpSocket client = _net.A.Udp();
        Send(client, "10.0.0.2", [1]);
        for (int i = 3; i < 250; i++)
            Send(client, $"10.0.0.{i}", [1]);
        Assert.InRange(Cache.All.Count(), 1, 64);
        Assert.Equal(NeighborState.Reachable, Find("10.0.0.2")?.State);
        _net.Network.Run(20);
        _net.A.AssertNothingHeld();
    }

    private void Send(UdpSocket client, string to, byte[] data)
    {
        _net.A.Step(_ => client.Send(_net.A.Copy(data), new InetEndpoint(InetAddress.Parse(to), 7)));
        _net.Network.Settle();
    }

    private Neighbor? Find(string address) => Cache.TryFind(InetAddress.Parse(address), out Neighbor? found) ? found : null;
}

using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Recovery;

public sealed class EcnTests
{
    private const TcpFlags Both = TcpFlags.Ece | TcpFlags.Cwr;

    [Theory]
    [InlineData(EcnMode.On, EcnMode.On, true)]
    [InlineData(EcnMode.On, EcnMode.Passive, true)]
    [InlineData(EcnMode.On, EcnMode.Off, false)]
    [InlineData(EcnMode.Passive, EcnMode.On, false)]
    [InlineData(EcnMode.Off, EcnMode.On, false)]
    public void It_is_used_when_one_asks_and_the_other_agrees(EcnMode client, EcnMode server, bool isUsed)
    {
        using TcpPath path = new() { Recording = true };
        path.Client.Settings.Ecn = client;
        path.Server.Settings.Ecn = server;
        path.Connect();
        path.Write(100_000);
        path.Write(100_000, end: 1);
        path.RunUntil(() => path.Received[0] == 100_000 && path.Received[1] == 100_000, 5);
        Assert.Equal(isUsed, path.Info.UsesEcn);
        Assert.Equal(isUsed, path.ServerSocket.GetInfo().UsesEcn);
        Assert.Equal(client == EcnMode.On ? Both : TcpFlags.None, path.Packets[0].Flags & Both);
        Assert.Equal(isUsed ? TcpFlags.Ece : TcpFlags.None, path.Packets[1].Flags & Both);
        foreach (PathPacket packet in path.Packets)
            Assert.Equal(isUsed && packet.Length > 0 ? 2 : 0, packet.TrafficClass);
    }

    [Fact]
    public void A_mark_is_echoed_until_the_sender_says_that_it_knows()
    {
        using TcpPath path = new() { Recording = true };
        path.Client.Settings.Ecn = EcnMode.On;
        path.Fate = p =>
        {
            if (p.From == 0 && p.Sequence <= 50_000 && p.Sequence + p.Length > 50_000)
                p.MarkCongestion();
            return 0;
        };
        path.Connect();
        path.Write(1_000_000);
        path.RunUntilReceived(1_000_000, 5);
        Assert.Equal(1, path.Server.Count("data packets received with ECN CE mark"));
        Assert.Equal(1, path.Client.Count("window reductions by ECN"));
        Assert.Equal(0, path.Client.Count("data packets retransmitted"));
        PathPacket notice = Assert.Single(path.Packets, p => p.From == 0 && p.Length > 0 && (p.Flags & TcpFlags.Cwr) != 0);
        List<PathPacket> echoes = path.Packets.FindAll(p => p.From == 1 && p.Length == 0 && (p.Flags & (TcpFlags.Ece | TcpFlags.Syn)) == TcpFlags.Ece);
        Assert.NotEmpty(echoes);
        Assert.True(echoes[0].Time <= notice.Time);
        Assert.True(echoes[^1].Time <= notice.Time + path.Delay);
        Assert.NotEqual(int.MaxValue, path.Info.SlowStartThreshold);
    }

    [Fact]
    public void A_queue_that_marks_loses_nothing_and_stays_full()
    {
        using TcpPath path = new() { Bandwidth = 50_000_000 };
        path.Client.Settings.Ecn = EcnMode.On;
        long free = 0;
        path.Fate = p =>
        {
            // A router that marks what would wait for more than 20 ms.
            free = Math.Max(free, p.Time) + p.Bytes.Length * 8_000_000L / path.Bandwidth;
            if (p.From == 0 && p.Length > 0 && free - p.Time > 20_000)
                p.MarkCongestion();
            return 0;
        };
        path.Connect();
        path.Write(60_000_000);
        double took = path.RunUntilReceived(60_000_000, 30);
        Assert.Equal(0, path.Client.Count("data packets retransmitted"));
        Assert.InRange(path.Client.Count("window reductions by ECN"), 1, 100);
        Assert.True(60_000_000 * 8 / took > 0.78 * path.Bandwidth, $"{60_000_000 * 8 / took / 1e6} Mbit/s");
    }

    [Fact]
    public void Retransmissions_do_not_carry_the_codepoint()
    {
        using TcpPath path = new() { Recording = true };
        path.Client.Settings.Ecn = EcnMode.On;
        path.Fate = p => p.From == 0 && p.Length > 0 && p.Number == 15 ? null : 0;
        path.Connect();
        path.Write(100_000);
        path.RunUntilReceived(100_000, 5);
        PathPacket again = Assert.Single(path.Packets, p => p.IsRetransmission);
        Assert.Equal(0, again.TrafficClass);
        // Section 6.1.2: a loss reduces the window, too, and so it's told.
        Assert.Single(path.Packets, p => p.From == 0 && p.Length > 0 && (p.Flags & TcpFlags.Cwr) != 0);
    }

    [Fact]
    public void The_consent_of_a_simultaneous_open_is_no_echo()
    {
        using TcpBench bench = new(static s => s.Ecn = EcnMode.On);
        TcpSocket socket = bench.Connect();
        TcpPeer peer = new(bench, 80, socket.LocalEndpoint.Port);
        peer.Expect("SEW", 0);
        peer.Send("SEW", 0);
        peer.Expect("SEA", 0, 1);
        peer.Send("SEA", 0, 1);
        Assert.True(socket.GetInfo().UsesEcn);
        bench.ForgetSent();
        bench.Write(socket, 100);
        peer.Expect("A", 1, 1, 100);
        Assert.Equal(0, bench.Count("window reductions by ECN"));
    }

    [Fact]
    public void A_network_that_drops_the_request_gets_a_plain_one()
    {
        using TcpPath path = new() { Recording = true };
        path.Client.Settings.Ecn = EcnMode.On;
        path.Fate = p => (p.Flags & (TcpFlags.Syn | Both)) == (TcpFlags.Syn | Both) ? null : 0;
        path.Connect();
        Assert.False(path.Info.UsesEcn);
        Assert.Equal(TcpFlags.Syn, path.Packets[1].Flags);
    }
}

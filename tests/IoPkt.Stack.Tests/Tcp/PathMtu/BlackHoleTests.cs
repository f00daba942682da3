using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.PathMtu;

/// <summary>A router between the two drops what is larger than its next link, and says nothing: RFC 2923, section 2.1, and what RFC 4821 does about it.</summary>
public sealed class BlackHoleTests
{
    private const string Suspected = "segment size reductions because large packets weren't acknowledged";
    private const string Confirmed = "path MTUs lowered because only small packets arrived";

    [Theory]
    [InlineData(1500, 1400, true)]
    [InlineData(1500, 1492, true)]
    [InlineData(1500, 576, true)]
    [InlineData(9000, 1500, true)]
    [InlineData(9000, 4352, false)]
    [InlineData(1500, 1400, false)]
    public void The_size_that_passes_is_found_and_used(int mtu, int passes, bool timestamps)
    {
        using TcpPath path = new(mtu);
        path.Client.Settings.Timestamps = timestamps;
        path.Fate = p => p.Bytes.Length > passes ? null : 0;
        path.Connect();
        path.Write(6_000_000);
        double took = path.RunUntilReceived(6_000_000, 30);
        Assert.InRange(took, 0, 15);
        Assert.InRange(path.Info.PathMtu, passes - 16, passes);
        Assert.Equal(1, path.Client.Count(Confirmed));
        // The losses of probes don't count as congestion's: what is left of the window is what the timeouts left.
        Assert.Equal(path.Client.Count(Suspected) + 1, path.Client.Count("retransmit timeouts"));
        Assert.Equal(0, path.Client.Count("fast retransmits"));
    }

    [Fact]
    public void Another_connection_is_spared_it()
    {
        using TcpPath path = new();
        path.Fate = p => p.Bytes.Length > 1400 ? null : 0;
        path.Connect();
        path.Write(3_000_000);
        path.RunUntilReceived(3_000_000, 30);
        long timeouts = path.Client.Count("retransmit timeouts");
        TcpSocket first = path.ClientSocket;
        path.Reconnect();
        Assert.NotSame(first, path.ClientSocket);
        path.Write(1_000_000);
        path.RunUntilReceived(4_000_000, 5);
        Assert.Equal(timeouts, path.Client.Count("retransmit timeouts"));
        Assert.InRange(path.Info.PathMtu, 1384, 1400);
    }

    [Fact]
    public void Small_segments_that_arrive_prove_it_at_once()
    {
        // A request of which the last segment is small, and nothing more to probe with.
        using TcpPath path = new();
        path.Fate = p => p.Bytes.Length > 1400 ? null : 0;
        path.Connect();
        path.Write(4000);
        path.RunUntilReceived(4000, 5);
        Assert.Equal(1, path.Client.Count(Confirmed));
        Assert.Equal(1280, path.Info.PathMtu);
    }

    [Fact]
    public void A_path_that_was_only_down_keeps_its_size()
    {
        using TcpPath path = new() { Recording = true };
        path.Connect();
        path.Write(500_000);
        path.RunUntilReceived(100_000, 5);
        long until = path.Now + 3_000_000;
        path.Fate = p => path.Now < until ? null : 0;
        path.Run(3);
        Assert.Equal(552, path.Info.PathMtu);
        path.Write(500_000);
        path.RunUntilReceived(1_000_000, 10);
        Assert.Equal(1500, path.Info.PathMtu);
        Assert.Equal(0, path.Client.Count(Confirmed));
        Assert.Equal(1, path.Client.Count("probes of a larger segment size sent"));
        Assert.Equal(1, path.Client.Count("probes of a larger segment size acknowledged"));
    }

    [Fact]
    public void A_path_that_grows_again_is_found_when_the_entry_expires_and_no_data_are_risked()
    {
        using TcpPath path = new();
        int passes = 1400;
        path.Fate = p => p.Bytes.Length > passes ? null : 0;
        path.Connect();
        path.Write(3_000_000);
        path.RunUntilReceived(3_000_000, 30);
        long timeouts = path.Client.Count("retransmit timeouts");
        path.Run(601);
        // Still as small: a few probes are lost, and nothing else.
        path.Write(1_000_000);
        path.RunUntilReceived(4_000_000, 5);
        Assert.InRange(path.Info.PathMtu, 1384, 1400);
        Assert.Equal(2, path.Client.Count(Confirmed));
        path.Run(601);
        passes = 1500;
        path.Write(1_000_000);
        path.RunUntilReceived(5_000_000, 5);
        Assert.Equal(1500, path.Info.PathMtu);
        Assert.Equal(timeouts, path.Client.Count("retransmit timeouts"));
        Assert.Equal(0, path.Client.Count("fast retransmits"));
    }

    [Fact]
    public void Without_SACK_the_size_is_lowered_and_tried_again_ten_minutes_later()
    {
        using TcpPath path = new();
        path.Client.Settings.Sack = false;
        int passes = 1400;
        path.Fate = p => p.Bytes.Length > passes ? null : 0;
        path.Connect();
        path.Write(300_000);
        path.RunUntilReceived(300_000, 10);
        Assert.Equal(1280, path.Info.PathMtu);
        Assert.Equal(0, path.Client.Count("probes of a larger segment size sent"));
        path.Run(601);
        passes = 1500;
        path.Write(300_000);
        path.RunUntilReceived(600_000, 10);
        Assert.Equal(1500, path.Info.PathMtu);
    }

    [Fact]
    public void When_nothing_at_all_arrives_nothing_is_told_to_others()
    {
        using TcpPath path = new();
        path.Connect();
        path.Fate = static _ => null;
        path.Write(10_000);
        path.Run(1200);
        Assert.Equal(TcpState.Closed, path.ClientSocket.State);
        Assert.Equal(2, path.Client.Count(Suspected));
        Assert.Equal(0, path.Client.Stack.Ipv4.PathMtus.Count);
    }

    [Fact]
    public void It_is_the_packet_that_is_lost_that_becomes_smaller()
    {
        // Far below what the link takes, and still too large for the path.
        using TcpPath path = new(9000);
        path.Fate = p => p.Bytes.Length > 1300 ? null : 0;
        path.Connect();
        path.Write(1420);
        path.RunUntilReceived(1420, 10);
        Assert.Equal(1280, path.Info.PathMtu);
    }

    [Fact]
    public void Losses_of_small_segments_are_no_sign_of_it()
    {
        using TcpPath path = new();
        path.Connect();
        int lost = 0;
        path.Fate = p => p.From == 0 && p.Length > 0 && lost++ < 6 ? null : 0;
        path.Write(500);
        path.RunUntilReceived(500, 60);
        Assert.Equal(0, path.Client.Count(Suspected));
        Assert.Equal(1500, path.Info.PathMtu);
    }

    [Fact]
    public void The_setting_switches_it_off()
    {
        using TcpPath path = new();
        path.Client.Settings.BlackHoleDetection = false;
        path.Fate = p => p.Bytes.Length > 1400 ? null : 0;
        path.Connect();
        path.Write(10_000);
        path.Run(30);
        Assert.Equal(0, path.Received[1]);
        Assert.Equal(1500, path.Info.PathMtu);
    }
}

using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Buffers;

/// <summary>Buffers that grow to what the path can hold, both ways, on a path of 100 ms.</summary>
public sealed class AutotuningTests
{
    private const int Default = 256 * 1024;

    private static TcpPath NewPath() => new(offloads: true) { Delay = 50_000, Bandwidth = 400_000_000, QueueBytes = 8 << 20 };

    [Fact]
    public void The_receive_buffer_grows_to_twice_what_a_round_trip_brings()
    {
        using TcpPath path = NewPath();
        path.Connect();
        path.Write(100_000_000);
        path.RunUntilReceived(100_000_000, 20);
        TcpInfo receiver = path.ServerSocket.GetInfo();
        Assert.InRange(receiver.ReceiveSpace, 4_000_000, path.Server.Settings.MaximumReceiveBuffer);
        // The path holds 5 MB: less than a fifth of the time was lost to growing.
        Assert.InRange(path.Info.DeliveryRate, 40_000_000, 50_000_000);
    }

    [Fact]
    public void The_send_buffer_grows_with_the_congestion_window()
    {
        using TcpPath path = NewPath();
        path.Connect();
        Assert.Equal(Default, path.Info.SendSpace);
        path.Write(100_000_000);
        path.RunUntilReceived(80_000_000, 20);
        Assert.InRange(path.Info.SendSpace, Math.Min(2 * path.Info.CongestionWindow, path.Client.Settings.MaximumSendBuffer), path.Client.Settings.MaximumSendBuffer);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_size_that_the_user_or_the_administrator_sets_stays(bool bySocket, bool bySetting)
    {
        using TcpPath path = NewPath();
        path.Server.Settings.ReceiveBufferAutotuning = !bySetting;
        path.Client.Settings.SendBufferAutotuning = !bySetting;
        path.Connect(s =>
        {
            if (bySocket)
                s.Options.SendBuffer = 100_000;
        });
        if (bySocket)
            path.ServerSocket.Options.ReceiveBuffer = Default;
        path.Write(10_000_000);
        path.RunUntilReceived(10_000_000, 60);
        Assert.Equal(Default, path.ServerSocket.GetInfo().ReceiveSpace);
        Assert.Equal(bySocket ? 100_000 : Default, path.Info.SendSpace);
    }

    [Fact]
    public void A_user_that_does_not_read_gets_no_larger_buffer()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, SegmentOptions.Join(SegmentOptions.MaximumSegment(1460), SegmentOptions.WindowScale(7)));
        uint next = 1;
        for (int i = 0; i < 1000; i++)
        {
            peer.Send("A", next, 1, 1000);
            next += 1000;
            bench.Wait(0.01);
        }
        Assert.InRange(socket.ReceiveAvailable, Default - 1000, Default + 128);
        Assert.Equal(Default, socket.GetInfo().ReceiveSpace);
    }

    [Fact]
    public void On_a_short_path_they_stay_as_they_are()
    {
        using TcpPath path = new(offloads: true) { Delay = 100, Bandwidth = 1_000_000_000, QueueBytes = 100_000 };
        path.Connect();
        path.Write(50_000_000);
        path.RunUntilReceived(50_000_000, 5);
        Assert.InRange(path.ServerSocket.GetInfo().ReceiveSpace, Default, 4 * Default);
    }
}

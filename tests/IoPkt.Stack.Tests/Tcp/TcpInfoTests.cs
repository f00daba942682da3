using System.Runtime.InteropServices;
using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp;

/// <summary>TCP_INFO: that its fields lie where linux/tcp.h has them, and say what happened.</summary>
public sealed class TcpInfoTests
{
    [Fact]
    public void A_connection_s_numbers_are_where_Linux_has_them()
    {
        using TcpPath path = new();
        path.Client.Settings.Ecn = EcnMode.On;
        path.Fate = static p => p.From == 0 && p.Length > 0 && p.Number is 20 or 40 ? null : 0;
        path.Connect();
        path.Write(200_000);
        path.RunUntilReceived(200_000, 5);
        path.Run(1);
        LinuxInfo info = Read(path.Info);
        Assert.Equal(1, info.State);
        // Timestamps, SACK, scaling and ECN.
        Assert.Equal(15, info.Options & 15);
        Assert.Equal(1448u, info.SndMss);
        Assert.Equal(1500u, info.Pmtu);
        Assert.InRange(info.Rtt, 45_000u, 60_000u);
        Assert.InRange(info.MinRtt, 50_000u, 50_100u);
        Assert.InRange(info.Rto, 200_000u, 300_000u);
        Assert.Equal(2u, info.TotalRetrans);
        Assert.Equal(200_000UL, info.BytesAcked);
        Assert.Equal(202_896UL, info.BytesSent);
        Assert.Equal(2_896UL, info.BytesRetrans);
        Assert.Equal(139u + 2, info.DataSegsOut);
        // 139 segments, and the SYN.
        Assert.Equal(140u, info.Delivered);
        Assert.True(info.SndCwnd > 0 && info.SndSsthresh < 1000);
        Assert.Equal(3u, info.Reordering);
        Assert.Equal(0u, info.Unacked + info.Sacked + info.Lost + info.Retrans + info.NotsentBytes);
        Assert.True(info.BusyTime > 0 && info.DeliveryRate > 0);
        LinuxInfo receiver = Read(path.ServerSocket.GetInfo());
        Assert.Equal(200_000UL, receiver.BytesReceived);
        Assert.Equal(16, receiver.Options & 16);
        Assert.InRange(receiver.RcvOoopack, 1u, 138u);
        Assert.True(receiver.RcvSpace > 0 && receiver.RcvRtt > 0);
    }

    [Fact]
    public void Marks_and_duplicates_are_counted_in_segments()
    {
        using TcpPath path = new();
        path.Client.Settings.Ecn = EcnMode.On;
        path.Fate = p =>
        {
            if (p.From == 0 && p.Length > 0 && p.Number is > 60 and < 64)
                p.MarkCongestion();
            // So late that it's sent again.
            return p.From == 0 && p.Number == 30 ? 400_000 : 0;
        };
        path.Connect();
        path.Write(200_000);
        path.RunUntilReceived(200_000, 5);
        path.Run(1);
        LinuxInfo info = Read(path.Info);
        Assert.InRange(info.DeliveredCe, 1u, 100u);
        Assert.Equal(1u, info.DsackDups);
    }

    [Fact]
    public void Delivered_segments_whose_acknowledgement_echoed_a_mark_are_counted_rounded_up()
    {
        using TcpBench bench = new(static s => s.Ecn = EcnMode.On);
        TcpSocket socket = bench.Connect();
        TcpPeer peer = new(bench, 80, socket.LocalEndpoint.Port);
        peer.Expect("SEW", 0);
        peer.Send("SEA", 0, 1, options: SegmentOptions.MaximumSegment(1000));
        peer.Expect("A", 1, 1);
        bench.Write(socket, 3500);
        peer.Send("A", 1, 1001);
        Assert.Equal(0u, Read(socket.GetInfo()).DeliveredCe);
        peer.Send("EA", 1, 3001);
        Assert.Equal(2u, Read(socket.GetInfo()).DeliveredCe);
        peer.Send("EA", 1, 3501);
        LinuxInfo info = Read(socket.GetInfo());
        Assert.Equal(3u, info.DeliveredCe);
        Assert.Equal(5u, info.Delivered);
        // What is acknowledged without an echo isn't.
        bench.Write(socket, 1000);
        peer.Send("A", 1, 4501);
        Assert.Equal(3u, Read(socket.GetInfo()).DeliveredCe);
    }

    [Fact]
    public void It_is_still_known_when_the_connection_has_ended()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Write(socket, 100);
        peer.Send("FA", 1, 101);
        bench.Do(() => socket.Shutdown(SocketShutdown.Send));
        peer.Send("A", 2, 102);
        Assert.Equal(TcpState.Closed, socket.State);
        TcpInfo info = socket.GetInfo();
        Assert.Equal(TcpState.Closed, info.State);
        Assert.Equal(100, info.BytesSent);
        Assert.Equal(101, info.BytesAcknowledged);
    }

    [Theory]
    [InlineData(FastOpenFailure.CookieUnavailable)]
    [InlineData(FastOpenFailure.DataNotAcknowledged)]
    [InlineData(FastOpenFailure.SynRetransmitted)]
    public void It_says_why_data_in_the_SYN_were_not_accepted(FastOpenFailure failure)
    {
        using TcpBench bench = new();
        if (failure != FastOpenFailure.CookieUnavailable)
            Get(bench);
        TcpSocket socket = bench.Create(static s => s.FastOpenConnect = true);
        bench.Do(() => socket.Connect(new InetEndpoint(TcpBench.PeerAddress, 80)));
        if (failure != FastOpenFailure.CookieUnavailable)
            bench.Write(socket, 100);
        TcpPeer peer = new(bench, 80, socket.LocalEndpoint.Port);
        peer.Expect("S", 0, length: failure == FastOpenFailure.CookieUnavailable ? 0 : 100);
        if (failure == FastOpenFailure.SynRetransmitted)
        {
            bench.Wait(1.1);
            peer.Expect("S", 0);
        }
        peer.Send("SA", 0, 1);
        Assert.Equal((byte)failure, Read(socket.GetInfo()).DeliveryFlags >> 1);
    }

    /// <summary>Has the stack learn the peer's cookie.</summary>
    private static void Get(TcpBench bench)
    {
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, SegmentOptions.Join(SegmentOptions.FastOpen(1, 2, 3, 4, 5, 6, 7, 8)), static s => s.FastOpenConnect = true);
        peer.Send("RA", 1, 1);
        Assert.Equal(TcpState.Closed, socket.State);
    }

    private static LinuxInfo Read(in TcpInfo info)
    {
        Assert.Equal(LinuxTcpInfo.Size - 32, Marshal.SizeOf<LinuxInfo>());
        byte[] bytes = new byte[LinuxTcpInfo.Size];
        LinuxTcpInfo.Write(info, bytes);
        return MemoryMarshal.Read<LinuxInfo>(bytes);
    }

    /// <summary>linux/tcp.h's struct tcp_info, as far as accurate ECN, in its order.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct LinuxInfo
    {
        public byte State, CaState, Retransmits, Probes, Backoff, Options, Scales, DeliveryFlags;
        public uint Rto, Ato, SndMss, RcvMss;
        public uint Unacked, Sacked, Lost, Retrans, Fackets;
        public uint LastDataSent, LastAckSent, LastDataRecv, LastAckRecv;
        public uint Pmtu, RcvSsthresh, Rtt, Rttvar, SndSsthresh, SndCwnd, Advmss, Reordering;
        public uint RcvRtt, RcvSpace, TotalRetrans;
        public ulong PacingRate, MaxPacingRate, BytesAcked, BytesReceived;
        public uint SegsOut, SegsIn, NotsentBytes, MinRtt, DataSegsIn, DataSegsOut;
        public ulong DeliveryRate, BusyTime, RwndLimited, SndbufLimited;
        public uint Delivered, DeliveredCe;
        public ulong BytesSent, BytesRetrans;
        public uint DsackDups, ReordSeen, RcvOoopack, SndWnd, RcvWnd, Rehash;
        public ushort TotalRto, TotalRtoRecoveries;
        public uint TotalRtoTime;
    }
}

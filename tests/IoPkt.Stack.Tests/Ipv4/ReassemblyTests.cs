using CsCheck;
using IoPkt.Stack.Tests.Harness;
using PacketDotNet;
using Xunit;

namespace IoPkt.Stack.Tests.Ipv4;

/// <summary>Fragments in, datagrams out: whatever their order, and only as much of them as there's room for.</summary>
public sealed class ReassemblyTests
{
    /// <summary>One piece of the datagram that begins with a UDP header.</summary>
    private readonly record struct Piece(int Start, int End, bool Last);

    [Fact]
    public void A_datagram_comes_together_from_any_pieces_in_any_order()
    {
        Gen<(int Size, int[] Cuts, int Seed)> datagrams = Gen.Select(Gen.Int[1, 4000], Gen.Int[1, 500].Array[0, 12], Gen.Int);
        datagrams.Sample(d =>
        {
            using Receiver host = new();
            byte[] payload = TwoHosts.Bytes(d.Size, d.Seed);
            byte[] whole = host.Datagram(payload);
            List<Piece> pieces = Cut(whole.Length, d.Cuts);
            Random random = new(d.Seed);
            // The network may give a piece twice.
            if (pieces.Count > 1)
                pieces.Add(pieces[random.Next(pieces.Count)]);
            Piece[] order = [.. pieces];
            random.Shuffle(order);
            foreach (Piece piece in order)
                host.Receive(whole, piece, 77);
            Assert.Equal(1, host.Server.ReceiveCount);
            Assert.Equal(payload, TwoHosts.Take(host.Server));
            host.Network.Run(31);
            host.Host.AssertNothingHeld();
        }, iter: 300);
    }

    [Theory]
    [InlineData("0-16 8-24 24-40!")]
    [InlineData("24-40! 0-16 8-24")]
    [InlineData("8-24 0-32")]
    [InlineData("0-8 16-24! 8-32")] // beyond the end
    [InlineData("8-16! 8-16")] // the end and not the end
    [InlineData("0-8 24-32! 16-24!")] // two ends
    public void Overlaps_spoil_the_whole_datagram(string pieces)
    {
        using Receiver host = new();
        byte[] whole = host.Datagram(TwoHosts.Bytes(32));
        foreach (Piece piece in Parse(pieces))
            host.Receive(whole, piece, 77);
        Assert.Equal(1, host.Host.Count("ip", "datagrams given up because fragments overlapped"));
        // Not even honest pieces, which might complete it, make a datagram of it any more.
        foreach (Piece piece in Parse("0-8 8-16 16-40!"))
            host.Receive(whole, piece, 77);
        Assert.Equal(0, host.Server.ReceiveCount);
        host.Network.Run(31);
        host.Host.AssertNothingHeld();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_stays_incomplete_is_given_up_after_30_seconds_and_reported_if_its_beginning_came(bool beginning)
    {
        using Receiver host = new();
        byte[] whole = host.Datagram(TwoHosts.Bytes(100));
        host.Wire.Recording = true;
        host.Receive(whole, beginning ? new Piece(0, 48, false) : new Piece(48, 108, true), 77);
        host.Network.Run(29);
        Assert.Equal(0, host.Host.Count("ip", "datagrams given up after timeout"));
        host.Network.Run(2);
        Assert.Equal(1, host.Host.Count("ip", "datagrams given up after timeout"));
        host.Host.AssertNothingHeld();
        if (!beginning)
        {
            Assert.Empty(host.Wire.Frames);
            return;
        }
        byte[] frame = Assert.Single(host.Wire.Frames);
        Oracle.AssertValid(frame);
        Assert.Equal(0x0b01, (int)Oracle.Read(frame).Extract<IcmpV4Packet>().TypeCode);
    }

    [Fact]
    public void Datagrams_with_different_identifications_do_not_mix()
    {
        using Receiver host = new();
        byte[] first = host.Datagram(TwoHosts.Bytes(32, 1)), second = host.Datagram(TwoHosts.Bytes(32, 2));
        host.Receive(first, new Piece(0, 16, false), 1);
        host.Receive(second, new Piece(16, 40, true), 2);
        Assert.Equal(0, host.Server.ReceiveCount);
        host.Receive(second, new Piece(0, 16, false), 2);
        Assert.Equal(TwoHosts.Bytes(32, 2), TwoHosts.Take(host.Server));
        host.Receive(first, new Piece(16, 40, true), 1);
        Assert.Equal(TwoHosts.Bytes(32, 1), TwoHosts.Take(host.Server));
    }

    [Fact]
    public void A_flood_of_beginnings_is_bounded_and_the_oldest_give_way()
    {
        using Receiver host = new();
        byte[] whole = host.Datagram(TwoHosts.Bytes(100));
        for (int i = 0; i < 1000; i++)
            host.Receive(whole, new Piece(0, 48, false), (ushort)i);
        Assert.Equal(host.Host.Stack.Ipv4.Settings.MaximumFragmentPackets, host.Pending);
        host.Receive(whole, new Piece(48, 108, true), 0);
        Assert.Equal(0, host.Server.ReceiveCount);
        host.Receive(whole, new Piece(48, 108, true), 999);
        Assert.Equal(1, host.Server.ReceiveCount);
        TwoHosts.Take(host.Server);
        host.Network.Run(31);
        host.Host.AssertNothingHeld();
    }

    [Fact]
    public void Memory_and_the_number_of_pieces_are_bounded()
    {
        using Receiver host = new();
        host.Host.Stack.Ipv4.Settings.MaximumFragmentMemory = 64 * 1024;
        byte[] whole = host.Datagram(TwoHosts.Bytes(1400));
        for (int i = 0; i < 200; i++)
            host.Receive(whole, new Piece(0, 1200, false), (ushort)i);
        Assert.InRange(host.Memory, 1, 64 * 1024);
        host.Host.Stack.Ipv4.Settings.MaximumFragmentMemory = 4 << 20;
        host.Host.Stack.Ipv4.Settings.MaximumFragmentsPerPacket = 10;
        long dropped = host.Host.Count("ip", "fragments dropped (duplicate, malformed, or out of space)");
        for (int start = 0; start < 1408; start += 8)
            host.Receive(whole, new Piece(start, start + 8, start == 1400), 5000);
        Assert.Equal(dropped + 176 - 10, host.Host.Count("ip", "fragments dropped (duplicate, malformed, or out of space)"));
        Assert.Equal(0, host.Server.ReceiveCount);
        host.Network.Run(31);
        host.Host.AssertNothingHeld();
    }

    [Theory]
    [InlineData(0, 12, false)] // not a multiple of 8, and not the last
    [InlineData(0, 0, false)] // empty
    public void Pieces_that_nobody_makes_are_dropped(int start, int end, bool last)
    {
        using Receiver host = new();
        host.Receive(host.Datagram(TwoHosts.Bytes(100)), new Piece(start, end, last), 77);
        Assert.Equal(1, host.Host.Count("ip", "fragments dropped (duplicate, malformed, or out of space)"));
        Assert.Equal(0, host.Pending);
        host.Host.AssertNothingHeld();
    }

    [Fact]
    public void A_datagram_of_more_than_64_KiB_does_not_exist()
    {
        using Receiver host = new();
        byte[] whole = new byte[66000];
        host.Receive(whole, new Piece(65528, 65600, true), 77);
        Assert.Equal(1, host.Host.Count("ip", "fragments dropped (duplicate, malformed, or out of space)"));
        host.Host.AssertNothingHeld();
    }

    private static List<Piece> Cut(int length, int[] cuts)
    {
        List<Piece> pieces = [];
        int at = 0;
        foreach (int cut in cuts)
        {
            int next = at + cut * 8;
            if (next >= length)
                break;
            pieces.Add(new Piece(at, next, false));
            at = next;
        }
        pieces.Add(new Piece(at, length, true));
        return pieces;
    }

    private static IEnumerable<Piece> Parse(string pieces) => pieces.Split(' ').Select(p =>
    {
        string[] ends = p.TrimEnd('!').Split('-');
        return new Piece(int.Parse(ends[0], null), int.Parse(ends[1], null), p.EndsWith('!'));
    });

    /// <summary>10.0.0.1 with a server on port 7; what it receives comes from 10.0.0.9.</summary>
    private sealed class Receiver : IDisposable
    {
        private readonly TestPort _port;

        public Receiver()
        {
            Wire = Network.AddWire();
            Host = Network.AddHost();
            _port = Host.Connect(Wire, "10.0.0.1/24");
            Network.Run(20);
            Host.Step(_ => _port.Link.Arp.SetStatic(InetAddress.Parse("10.0.0.9"), Oracle.Stranger));
            Server = Host.Udp("0.0.0.0", 7);
        }

        public TestNetwork Network { get; } = new();

        public TestWire Wire { get; }

        public TestHost Host { get; }

        public UdpSocket Server { get; }

        public int Pending => Host.Stack.Ipv4.Reassembler.Count;

        public long Memory => Host.Stack.Ipv4.Reassembler.Memory;

        /// <summary>A UDP header and payload.</summary>
        public byte[] Datagram(byte[] payload) => Oracle.Udp(_port, "10.0.0.9", "10.0.0.1", payload)[34..];

        public void Receive(byte[] whole, Piece piece, ushort identification)
        {
            _port.Inject(Oracle.Ip(_port, "10.0.0.9", "10.0.0.1", ProtocolType.Udp, whole[piece.Start..piece.End], ip =>
            {
                ip.Id = identification;
                ip.FragmentFlags = (ushort)(piece.Last ? 0 : 1);
                ip.FragmentOffset = (ushort)(piece.Start / 8);
            }));
            Network.Settle();
        }

        public void Dispose() => Network.Dispose();
    }
}

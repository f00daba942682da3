using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Tests.Sockets;

/// <summary>IPPROTO_TCP's options as Linux programs use them.</summary>
public sealed class TcpOptionTests
{
    [Theory]
    [InlineData(LinuxTcpOptions.NoDelay, 1)]
    [InlineData(LinuxTcpOptions.Cork, 1)]
    [InlineData(LinuxTcpOptions.QuickAck, 1)]
    [InlineData(LinuxTcpOptions.MaximumSegment, 1000)]
    [InlineData(LinuxTcpOptions.KeepIdle, 30)]
    [InlineData(LinuxTcpOptions.KeepInterval, 5)]
    [InlineData(LinuxTcpOptions.KeepCount, 3)]
    [InlineData(LinuxTcpOptions.SynCount, 4)]
    [InlineData(LinuxTcpOptions.Linger2, 7)]
    [InlineData(LinuxTcpOptions.Linger2, -1)]
    [InlineData(LinuxTcpOptions.DeferAccept, 9)]
    [InlineData(LinuxTcpOptions.WindowClamp, 20000)]
    [InlineData(LinuxTcpOptions.UserTimeout, 12345)]
    [InlineData(LinuxTcpOptions.NotSentLowWater, 16384)]
    [InlineData(LinuxTcpOptions.FastOpen, 5)]
    [InlineData(LinuxTcpOptions.FastOpenConnect, 1)]
    [InlineData(LinuxTcpOptions.FastOpenNoCookie, 1)]
    public async Task A_value_that_was_set_can_be_read(int name, int value)
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using Socket socket = client.NewSocket(1);
        Assert.Equal(Errno.None, client.SetOption(socket, LinuxLevels.Tcp, name, value));
        Assert.Equal(value, client.GetNumber(socket, LinuxLevels.Tcp, name));
    }

    [Theory]
    [InlineData(LinuxTcpOptions.MaximumSegment, 87, Errno.Invalid)]
    [InlineData(LinuxTcpOptions.KeepIdle, 0, Errno.Invalid)]
    [InlineData(LinuxTcpOptions.KeepIdle, 32768, Errno.Invalid)]
    [InlineData(LinuxTcpOptions.KeepInterval, -1, Errno.Invalid)]
    [InlineData(LinuxTcpOptions.KeepCount, 128, Errno.Invalid)]
    [InlineData(LinuxTcpOptions.SynCount, 0, Errno.Invalid)]
    [InlineData(LinuxTcpOptions.UserTimeout, -1, Errno.Invalid)]
    [InlineData(LinuxTcpOptions.FastOpenConnect, 2, Errno.Invalid)]
    [InlineData(LinuxTcpOptions.Timestamp, 1, Errno.NotPermitted)]
    [InlineData(LinuxTcpOptions.Repair, 1, Errno.NotPermitted)]
    [InlineData(LinuxTcpOptions.Info, 1, Errno.NoProtocolOption)]
    [InlineData(14, 1, Errno.NoProtocolOption)]
    public async Task What_isn_t_valid_or_isn_t_there_is_refused(int name, int value, Errno expected)
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using Socket socket = client.NewSocket(1);
        Assert.Equal(expected, client.SetOption(socket, LinuxLevels.Tcp, name, value));
    }

    [Fact]
    public async Task Congestion_control_is_chosen_by_name()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using Socket socket = client.NewSocket(1);
        Assert.Equal(Errno.None, client.SetOption(socket, LinuxLevels.Tcp, LinuxTcpOptions.Congestion, "reno"u8));
        Reply reply = client.GetOption(socket, LinuxLevels.Tcp, LinuxTcpOptions.Congestion, 16);
        Assert.Equal("newreno", Encoding.ASCII.GetString(reply.Payload).TrimEnd('\0'));
        Assert.Equal(Errno.NoEntry, client.SetOption(socket, LinuxLevels.Tcp, LinuxTcpOptions.Congestion, "none such"u8));
    }

    [Fact]
    public async Task Path_MTU_discovery_can_be_turned_off_and_on()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using Socket socket = client.NewSocket(1);
        const int dont = 0, want = 1, probe = 3;
        Assert.Equal(want, client.GetNumber(socket, LinuxLevels.Ip, LinuxIpOptions.MtuDiscover));
        foreach (int value in (int[])[dont, want])
        {
            Assert.Equal(Errno.None, client.SetOption(socket, LinuxLevels.Ip, LinuxIpOptions.MtuDiscover, value));
            Assert.Equal(value, client.GetNumber(socket, LinuxLevels.Ip, LinuxIpOptions.MtuDiscover));
        }
        Assert.Equal(Errno.NotSupported, client.SetOption(socket, LinuxLevels.Ip, LinuxIpOptions.MtuDiscover, probe));
    }

    [Fact]
    public async Task TCP_INFO_has_Linux_s_layout()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using StreamTriple s = StreamTriple.Connect(client, 8080);
        s.Client.Send(new byte[1000]);
        for (int got = 0; got < 1000;)
            got += s.Server.Receive(new byte[1000]);
        byte[] info = client.GetOption(s.Client, LinuxLevels.Tcp, LinuxTcpOptions.Info, 512).Payload;
        Assert.Equal(280, info.Length);
        Assert.Equal(1, info[0]); // TCP_ESTABLISHED
        Assert.Equal(7, info[5] & 7); // timestamps, SACK, window scale
        Assert.InRange(Number(info, 8), 200_000u, 60_000_000u); // tcpi_rto
        Assert.InRange(Number(info, 16), 536u, 65535u); // tcpi_snd_mss
        Assert.InRange(Number(info, 80), 2u, 1000u); // tcpi_snd_cwnd
        Assert.Equal(1000ul, BinaryPrimitives.ReadUInt64LittleEndian(info.AsSpan(200))); // tcpi_bytes_sent
        Assert.True(Number(info, 228) > 0); // tcpi_snd_wnd
        Assert.True(Number(info, 232) > 0); // tcpi_rcv_wnd
        Assert.Equal(104, client.GetOption(s.Client, LinuxLevels.Tcp, LinuxTcpOptions.Info, 104).Payload.Length);
        byte[] listener = client.GetOption(s.Listener, LinuxLevels.Tcp, LinuxTcpOptions.Info, 512).Payload;
        Assert.Equal(10, listener[0]);
        Assert.True(Number(listener, 28) > 0); // the backlog
    }

    [Fact]
    public async Task SO_KEEPALIVE_set_on_a_connection_takes_effect()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using StreamTriple s = StreamTriple.Connect(client, 8080);
        Assert.Equal(Errno.None, client.SetOption(s.Client, LinuxLevels.Tcp, LinuxTcpOptions.KeepIdle, 1));
        Assert.Equal(Errno.None, client.SetOption(s.Client, LinuxLevels.Socket, LinuxSocketOptions.KeepAlive, 1));
        Assert.Equal(1, client.GetNumber(s.Client, LinuxLevels.Socket, LinuxSocketOptions.KeepAlive));
    }

    [Fact]
    public async Task With_TCP_FASTOPEN_CONNECT_the_second_connection_s_data_come_with_its_SYN()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        IPEndPoint address = new(IPAddress.Loopback, 8080);
        using Socket listener = client.NewSocket(1);
        Assert.Equal(Errno.None, client.SetOption(listener, LinuxLevels.Tcp, LinuxTcpOptions.FastOpen, 5));
        Assert.Equal(Errno.None, client.Bind(listener, address));
        Assert.Equal(Errno.None, client.Listen(listener, 5));
        for (int round = 0; round < 2; round++)
        {
            using Socket socket = client.NewSocket(1);
            Assert.Equal(Errno.None, client.SetOption(socket, LinuxLevels.Tcp, LinuxTcpOptions.FastOpenConnect, 1));
            Assert.Equal(Errno.None, client.ConnectStream(socket, address));
            socket.Send("hello"u8);
            (Socket server, _) = WireClient.Accept(listener);
            byte[] buffer = new byte[10];
            Assert.Equal(5, server.Receive(buffer));
            server.Send("good day"u8);
            Assert.Equal(8, socket.Receive(buffer));
            byte[] info = client.GetOption(socket, LinuxLevels.Tcp, LinuxTcpOptions.Info, 512).Payload;
            Assert.Equal(round == 1, (info[5] & 32) != 0); // TCPI_OPT_SYN_DATA
            server.Dispose();
        }
    }

    private static uint Number(byte[] info, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(info.AsSpan(offset));
}

using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Tests.Sockets;

public sealed class StreamTests
{
    private const int Stream = 1;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static IPEndPoint Loopback(int port) => new(IPAddress.Loopback, port);

    [Fact]
    public async Task A_connection_over_lo0_carries_data_both_ways_and_ends_in_order()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using StreamTriple s = StreamTriple.Connect(client, 8080);
        s.Client.Send("hello"u8);
        byte[] buffer = new byte[100];
        Assert.Equal(5, s.Server.Receive(buffer));
        Assert.Equal("hello"u8, buffer.AsSpan(0, 5));
        s.Server.Send("good day"u8);
        Assert.Equal(8, s.Client.Receive(buffer));
        s.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, s.Server.Receive(buffer));
        s.Server.Send("still here"u8);
        Assert.Equal(10, s.Client.Receive(buffer));
        s.Server.Close();
        Assert.Equal(0, s.Client.Receive(buffer));
        Assert.Equal(Errno.None, client.TakeError(s.Client));
        s.Dispose();
        await fixture.UntilEmptyAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(700)]
    [InlineData(16 * 1024)]
    [InlineData(300 * 1024)]
    public async Task Bulk_data_arrive_whole_whatever_the_size_of_writes(int writeSize)
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using StreamTriple s = StreamTriple.Connect(client, 8080);
        byte[] data = new byte[writeSize == 1 ? 20_000 : 16 * 1024 * 1024];
        new Random(7).NextBytes(data);
        Task sender = Task.Run(() =>
        {
            for (int i = 0; i < data.Length;)
                i += s.Client.Send(data.AsSpan(i, Math.Min(writeSize, data.Length - i)));
            s.Client.Shutdown(SocketShutdown.Send);
        }, Cancelled);
        byte[] received = ReadToEnd(s.Server);
        await sender;
        Assert.Equal(SHA256.HashData(data), SHA256.HashData(received));
    }

    [Fact]
    public async Task Both_directions_at_once_make_progress()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using StreamTriple s = StreamTriple.Connect(client, 8080);
        byte[] data = new byte[8 * 1024 * 1024];
        new Random(3).NextBytes(data);
        Task<byte[]>[] readers = [Task.Run(() => ReadToEnd(s.Client), Cancelled), Task.Run(() => ReadToEnd(s.Server), Cancelled)];
        Task[] writers = [Task.Run(() => WriteAll(s.Client, data), Cancelled), Task.Run(() => WriteAll(s.Server, data), Cancelled)];
        await Task.WhenAll(writers);
        byte[][] received = await Task.WhenAll(readers);
        Assert.Equal(data, received[0]);
        Assert.Equal(data, received[1]);
    }

    [Fact]
    public async Task What_was_written_before_close_still_arrives()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using StreamTriple s = StreamTriple.Connect(client, 8080);
        byte[] data = new byte[150_000];
        new Random(5).NextBytes(data);
        WriteAll(s.Client, data, shutdown: false);
        s.Client.Close();
        Assert.Equal(data, ReadToEnd(s.Server));
        Assert.Equal(Errno.None, client.TakeError(s.Server));
    }

    [Fact]
    public async Task Closing_with_data_unread_resets_the_peer()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using StreamTriple s = StreamTriple.Connect(client, 8080);
        s.Client.Send("never read"u8);
        Assert.True(s.Server.Poll(5_000_000, SelectMode.SelectRead));
        s.Server.Close();
        Assert.Equal(0, s.Client.Receive(new byte[10]));
        Assert.Equal(Errno.ConnectionReset, client.TakeError(s.Client));
        Assert.Equal(Errno.None, client.TakeError(s.Client));
    }

    [Fact]
    public async Task Linger_of_zero_makes_close_a_reset()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using StreamTriple s = StreamTriple.Connect(client, 8080);
        Assert.Equal(Errno.None, client.SetOption(s.Client, LinuxLevels.Socket, LinuxSocketOptions.Linger, [1, 0, 0, 0, 0, 0, 0, 0]));
        s.Client.Close();
        Assert.Equal(0, s.Server.Receive(new byte[10]));
        Assert.Equal(Errno.ConnectionReset, client.TakeError(s.Server));
        SocketException error = Assert.Throws<SocketException>(() => s.Server.Send("x"u8));
        Assert.Equal(SocketError.Shutdown, error.SocketErrorCode); // EPIPE
    }

    [Fact]
    public async Task A_refused_connect_wakes_the_client_writable_and_readable()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using Socket socket = client.NewSocket(Stream);
        Assert.Equal(Errno.ConnectionRefused, client.ConnectStream(socket, Loopback(9)));
        Assert.True(socket.Poll(0, SelectMode.SelectRead));
        Assert.Equal(0, socket.Receive(new byte[1]));
        Assert.Equal(Errno.None, client.TakeError(socket));
    }

    [Theory]
    [InlineData("240.0.0.1", Errno.NetworkUnreachable)]
    [InlineData("224.0.0.1", Errno.NetworkUnreachable)]
    [InlineData("255.255.255.255", Errno.NetworkUnreachable)]
    [InlineData("10.1.2.3", Errno.NetworkUnreachable)]
    public async Task An_impossible_connect_says_why(string address, Errno expected)
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using Socket socket = client.NewSocket(Stream);
        Assert.Equal(expected, client.ConnectStream(socket, new IPEndPoint(IPAddress.Parse(address), 80)));
    }

    [Fact]
    public async Task While_the_handshake_runs_the_client_is_not_writable()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using Socket socket = client.NewSocket(Stream);
        await fixture.AddSilentHostAsync("10.9.9.9");
        WireClient.BeginConnect(socket, new IPEndPoint(IPAddress.Parse("10.9.9.9"), 80));
        Assert.False(socket.Poll(200_000, SelectMode.SelectWrite));
        Assert.False(socket.Poll(0, SelectMode.SelectRead));
        socket.Close();
        await fixture.UntilEmptyAsync();
    }

    [Fact]
    public async Task Writing_before_connecting_hangs_up()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using Socket socket = client.NewSocket(Stream);
        socket.Send("GET / HTTP/1.0\r\n\r\n"u8);
        Assert.Equal(0, socket.Receive(new byte[1]));
        Assert.Equal(Errno.NotConnected, client.TakeError(socket));
    }

    [Fact]
    public async Task Names_are_those_of_the_connection()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using StreamTriple s = StreamTriple.Connect(client, 8080);
        Assert.Equal(Loopback(8080), client.PeerName(s.Client));
        Assert.Equal(Loopback(8080), client.LocalName(s.Server));
        Assert.Equal(client.LocalName(s.Client), client.PeerName(s.Server));
        Assert.Equal(s.Record.Peer.ToIPEndPoint(), client.PeerName(s.Server));
        Assert.Equal(s.Record.Local.ToIPEndPoint(), client.LocalName(s.Server));
        Assert.Equal(Errno.NotConnected, client.Request(Operation.GetPeerName, default, s.Listener).Error);
    }

    [Fact]
    public async Task The_descriptors_peer_name_tells_what_it_is()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using Socket socket = client.NewSocket(Stream);
        string text = ((UnixDomainSocketEndPoint)socket.RemoteEndPoint!).ToString()[1..];
        Assert.True(SocketName.TryParse(text, out SocketName? name), text);
        Assert.Equal((2, 1, 6, fixture.Prefix), (name!.Family, name.Type, name.Protocol, name.Prefix));
    }

    [Fact]
    public async Task The_backlog_limits_how_many_wait_and_each_one_taken_lets_another_in()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using Socket listener = client.NewSocket(Stream);
        Assert.Equal(Errno.None, client.Bind(listener, Loopback(7000)));
        Assert.Equal(Errno.None, client.Listen(listener, 3));
        List<Socket> connecting = [];
        for (int i = 0; i < 10; i++)
        {
            Socket socket = client.NewSocket(Stream);
            WireClient.BeginConnect(socket, Loopback(7000));
            connecting.Add(socket);
            if (!socket.Poll(100_000, SelectMode.SelectWrite))
                break;
        }
        // Linux, too, holds one more than the backlog.
        Assert.Equal(4 + 1, connecting.Count);
        for (int i = 0; i < connecting.Count; i++)
        {
            (Socket accepted, _) = WireClient.Accept(listener);
            accepted.Dispose();
        }
        foreach (Socket socket in connecting)
            socket.Dispose();
    }

    [Fact]
    public async Task Closing_a_listener_ends_connections_that_nobody_took()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using Socket listener = client.NewSocket(Stream);
        Assert.Equal(Errno.None, client.Bind(listener, Loopback(7000)));
        Assert.Equal(Errno.None, client.Listen(listener, 50));
        List<Socket> connecting = [];
        for (int i = 0; i < 20; i++)
        {
            Socket socket = client.NewSocket(Stream);
            Assert.Equal(Errno.None, client.ConnectStream(socket, Loopback(7000)));
            connecting.Add(socket);
        }
        listener.Close();
        foreach (Socket socket in connecting)
        {
            Assert.Equal(0, socket.Receive(new byte[1]));
            socket.Dispose();
        }
        using Socket late = client.NewSocket(Stream);
        Assert.Equal(Errno.ConnectionRefused, client.ConnectStream(late, Loopback(7000)));
        late.Dispose();
        await fixture.UntilEmptyAsync();
    }

    [Fact]
    public async Task Data_sent_before_the_connection_is_accepted_are_there()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using Socket listener = client.NewSocket(Stream);
        client.Bind(listener, Loopback(7000));
        client.Listen(listener, 5);
        using Socket connecting = client.NewSocket(Stream);
        Assert.Equal(Errno.None, client.ConnectStream(connecting, Loopback(7000)));
        connecting.Send("early"u8);
        connecting.Close();
        await Task.Delay(100, Cancelled);
        (Socket server, _) = WireClient.Accept(listener);
        Assert.Equal("early"u8, ReadToEnd(server));
        server.Dispose();
    }

    [Fact]
    public async Task A_client_that_reads_nothing_closes_the_window_and_starves_nobody()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using StreamTriple stuck = StreamTriple.Connect(client, 8080);
        using StreamTriple live = StreamTriple.Connect(client, 8081);
        stuck.Client.Blocking = false;
        byte[] chunk = new byte[64 * 1024];
        long sent = 0;
        for (int idle = 0; idle < 20;)
        {
            int count = stuck.Client.Send(chunk, SocketFlags.None, out SocketError error);
            sent += Math.Max(count, 0);
            if (error != SocketError.WouldBlock)
            {
                idle = 0;
                continue;
            }
            idle++;
            await Task.Delay(10, Cancelled);
        }
        Assert.InRange(sent, 100_000, 16 * 1024 * 1024);
        byte[] data = new byte[4 * 1024 * 1024];
        Task writer = Task.Run(() => WriteAll(live.Client, data), Cancelled);
        Assert.Equal(data.Length, ReadToEnd(live.Server).Length);
        await writer;
        stuck.Client.Blocking = true;
        stuck.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(sent, ReadToEnd(stuck.Server).Length);
    }

    [Fact]
    public async Task The_service_stops_and_every_client_sees_the_end()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using StreamTriple s = StreamTriple.Connect(client, 8080);
        await fixture.StopServiceAsync();
        Assert.Equal(0, s.Client.Receive(new byte[1]));
        Assert.Equal(0, s.Server.Receive(new byte[1]));
        Assert.Equal(0, s.Listener.Receive(new byte[1]));
        Assert.Equal(0, client.Control.Receive(new byte[1]));
        Assert.False(File.Exists(fixture.Entry));
        Assert.Throws<SocketException>(() => new WireClient(fixture.Entry));
    }

    [Fact]
    public async Task A_thousand_sockets_closed_in_mid_transfer_all_come_back()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        using Socket listener = client.NewSocket(Stream);
        client.Bind(listener, Loopback(7000));
        client.Listen(listener, 100);
        Random random = new(11);
        byte[] data = new byte[100_000];
        for (int round = 0; round < 20; round++)
        {
            List<Socket> open = [];
            for (int i = 0; i < 50; i++)
            {
                Socket socket = client.NewSocket(Stream);
                Assert.Equal(Errno.None, client.ConnectStream(socket, Loopback(7000)));
                (Socket server, _) = WireClient.Accept(listener);
                socket.Blocking = server.Blocking = false;
                socket.Send(data.AsSpan(0, random.Next(data.Length)), SocketFlags.None, out _);
                server.Send(data.AsSpan(0, random.Next(data.Length)), SocketFlags.None, out _);
                open.Add(socket);
                open.Add(server);
            }
            foreach (Socket socket in open.OrderBy(_ => random.Next()))
                socket.Close();
        }
        listener.Close();
        await fixture.UntilEmptyAsync();
    }

    private static void WriteAll(Socket socket, byte[] data, bool shutdown = true)
    {
        for (int i = 0; i < data.Length;)
            i += socket.Send(data.AsSpan(i));
        if (shutdown)
            socket.Shutdown(SocketShutdown.Send);
    }

    private static byte[] ReadToEnd(Socket socket)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = socket.Receive(buffer)) > 0)
            all.Write(buffer, 0, count);
        return all.ToArray();
    }
}

using System.Net;
using System.Net.Sockets;

namespace IoPkt.Daemon.Tests.Sockets;

public sealed class StreamTests
{
    private const int Stream = 1;

    private static IPEndPoint Loopback(int port) => new(IPAddress.Loopback, port);

    private static (Socket Listener, Socket Client, Socket Server) Connect(WireClient client, int port)
    {
        Socket listener = client.NewSocket(Stream);
        Assert.Equal(Errno.None, client.Bind(listener, Loopback(port)));
        Assert.Equal(Errno.None, client.Listen(listener, 5));
        Socket connecting = client.NewSocket(Stream);
        Assert.Equal(Errno.None, client.ConnectStream(connecting, Loopback(port)));
        (Socket server, _) = WireClient.Accept(listener);
        return (listener, connecting, server);
    }

    [Fact]
    public async Task A_connection_over_lo0_carries_data_both_ways_and_ends_in_order()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        (Socket listener, Socket a, Socket b) = Connect(client, 8080);
        a.Send("hello"u8);
        byte[] buffer = new byte[100];
        Assert.Equal(5, b.Receive(buffer));
        Assert.Equal("hello"u8, buffer.AsSpan(0, 5));
        b.Send("good day"u8);
        Assert.Equal(8, a.Receive(buffer));
        a.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, b.Receive(buffer));
        b.Send("still here"u8);
        Assert.Equal(10, a.Receive(buffer));
        b.Close();
        Assert.Equal(0, a.Receive(buffer));
        Assert.Equal(Errno.None, client.TakeError(a));
        a.Close();
        listener.Close();
        await fixture.UntilAsync(_ => fixture.Table.Count == 0, "all sockets gone");
    }
}

using System.Net;
using System.Net.Sockets;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Tests.Sockets;

/// <summary>A connection over lo0: both ends, and the listener that it came by.</summary>
internal sealed record StreamTriple(Socket Listener, Socket Client, Socket Server, AcceptRecord Record) : IDisposable
{
    public static StreamTriple Connect(WireClient client, int port)
    {
        IPEndPoint address = new(IPAddress.Loopback, port);
        Socket listener = client.NewSocket(1);
        Assert.Equal(Errno.None, client.Bind(listener, address));
        Assert.Equal(Errno.None, client.Listen(listener, 5));
        Socket connecting = client.NewSocket(1);
        Assert.Equal(Errno.None, client.ConnectStream(connecting, address));
        (Socket server, AcceptRecord record) = WireClient.Accept(listener);
        return new StreamTriple(listener, connecting, server, record);
    }

    public void Dispose()
    {
        Listener.Dispose();
        Client.Dispose();
        Server.Dispose();
    }
}

using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp;

/// <summary>A hundred thousand connections, one after the other and many at a time, over one stack's loopback: ports come back by RFC 6191, and in the end nothing is left of any of them.</summary>
public sealed class ChurnTests
{
    private const int Connections = 100_000, AtOneTime = 2000;

    [Fact]
    public void Tables_timers_and_pools_return_to_empty()
    {
        using TcpBench bench = new();
        TcpSocket listener = bench.Listen(backlog: AtOneTime);
        int timers = bench.Stack.Timers.Count;
        byte[] message = TcpBench.Pattern(0, 100);
        for (int done = 0; done < Connections; done += AtOneTime)
        {
            List<TcpSocket> clients = [];
            bench.Do(() =>
            {
                for (int i = 0; i < AtOneTime; i++)
                {
                    TcpSocket client = bench.Tcp.CreateSocket(AddressFamily.Inet);
                    Assert.Equal(Errno.InProgress, client.Connect(new InetEndpoint(InetAddress.LoopbackIpv4, 80)));
                    Send(bench, client, message);
                    clients.Add(client);
                }
            });
            Settle(bench);
            List<TcpSocket> servers = [];
            bench.Do(() =>
            {
                while (listener.Accept() is { } server)
                {
                    Assert.Equal(message.Length, server.ReceiveAvailable);
                    server.Consume(message.Length);
                    Send(bench, server, message);
                    servers.Add(server);
                }
            });
            Assert.Equal(AtOneTime, servers.Count);
            Settle(bench);
            // Who closes first waits in TIME-WAIT: each in its turn; a tenth are reset.
            bench.Do(() =>
            {
                for (int i = 0; i < AtOneTime; i++)
                {
                    TcpSocket first = i % 2 == 0 ? clients[i] : servers[i];
                    clients[i].Consume(message.Length);
                    if (i % 10 == 9)
                        first.Abort();
                    else
                        first.Close();
                }
            });
            Settle(bench);
            bench.Do(() =>
            {
                for (int i = 0; i < AtOneTime; i++)
                {
                    clients[i].Close();
                    servers[i].Close();
                }
            });
            Settle(bench);
            // After a second with timestamps, endpoints may be used again.
            bench.Wait(1.1);
        }
        Assert.Equal(Connections, bench.Count("connection accepts"));
        Assert.Equal(0, bench.Count("data packets retransmitted"));
        Assert.True(bench.Count("connections in TIME-WAIT reused") > 0);
        bench.Wait(61);
        bench.AssertNothingHeld();
        Assert.Equal([listener], bench.Tcp.Sockets);
        bench.Do(listener.Close);
        Assert.Empty(bench.Tcp.Sockets);
        Assert.Null(bench.Tcp.Ports.Find(80));
        bench.Wait(10_000);
        Assert.InRange(bench.Stack.Timers.Count, 0, timers);
    }

    private static void Send(TcpBench bench, TcpSocket socket, byte[] message) => Assert.Equal(Errno.None, socket.Send(bench.Pool.GetCopy(message)!));

    /// <summary>Lets what loops back arrive, and what comes of it.</summary>
    private static void Settle(TcpBench bench)
    {
        for (int i = 0; i < 8; i++)
            bench.Do(static () => { });
    }
}

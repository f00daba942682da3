using IoPkt.Daemon.Management;
using IoPkt.Daemon.Sockets;
using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using Microsoft.Extensions.Logging.Abstractions;

namespace IoPkt.Daemon.Tests.Sockets;

/// <summary>A stack with lo0 only, the daemon's own threads, and the socket service under a prefix of its own.</summary>
internal sealed class ServiceFixture : IAsyncDisposable
{
    private readonly PacketThreads _threads;
    private readonly SocketService _service;
    private bool _isStopped;

    private ServiceFixture(IManagementHandler? management, MbufPoolOptions? memory)
    {
        Prefix = Path.Combine(Path.GetTempPath(), $"iopkt-{Guid.NewGuid():N}"[..20]);
        Directory.CreateDirectory(Path.Combine(Prefix, "dev/socket"));
        Pool = new MbufPool(memory);
        NetworkStack stack = new(new NetworkStackOptions { Random = new Random(1), Pool = Pool });
        Context = new StackContext(stack, NullLogger<StackContext>.Instance);
        _threads = new PacketThreads(new PacketThreadOptions(1), Context, NullLogger<PacketThreads>.Instance);
        Table = new SocketTable();
        _service = new SocketService(Context, _threads, Table, new SocketServiceOptions { Prefix = Prefix }, management is null ? [] : [management],
            NullLogger<SocketService>.Instance);
    }

    public string Prefix { get; }

    public string Entry => Path.Combine(Prefix, "dev/socket/2");

    public MbufPool Pool { get; }

    public StackContext Context { get; }

    public SocketTable Table { get; }

    public static async Task<ServiceFixture> StartAsync(IManagementHandler? management = null, MbufPoolOptions? memory = null)
    {
        ServiceFixture fixture = new(management, memory);
        fixture._threads.Start();
        await fixture._service.StartAsync(CancellationToken.None);
        return fixture;
    }

    /// <summary>Waits until a condition on the stack holds.</summary>
    public async Task UntilAsync(Func<NetworkStack, bool> condition, string what)
    {
        for (int i = 0; i < 500; i++)
        {
            if (await Context.InvokeAsync(condition))
                return;
            await Task.Delay(10);
        }
        Assert.Fail($"never: {what}");
    }

    /// <summary>Buffers that are neither free nor at hand.</summary>
    public long BuffersInUse => Pool.GetStatistics().Kinds.Sum(static kind => kind.InUse);

    /// <summary>Waits until no socket is left, in the service or in TCP (connections in TIME-WAIT aside), and no buffer but the reader's own.</summary>
    public async Task UntilEmptyAsync()
    {
        await UntilAsync(_ => Table.Count == 0, "all sockets gone from the service");
        await UntilAsync(static stack => stack.Tcp.Sockets.All(static s => s.State == TcpState.TimeWait), "all sockets gone from TCP");
        // The reader keeps a large cluster at hand, which is an mbuf, too.
        await UntilAsync(_ => BuffersInUse <= 2, "all buffers back");
    }

    /// <summary>Packets to this address leave by lo0, come back, and are nobody's: the host that never answers.</summary>
    public async Task AddSilentHostAsync(string address) => Assert.Equal(Errno.None, await Context.InvokeAsync(stack => stack.Ipv4.Routes.Add(
        new Route(InetAddress.Parse(address), 32, InetAddress.AnyIpv4, stack.Loopback, RouteFlags.Up | RouteFlags.Host))));

    public async Task StopServiceAsync()
    {
        _isStopped = true;
        await _service.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isStopped)
            await StopServiceAsync();
        Assert.Equal(0, Context.Faults);
        _threads.Dispose();
        Context.Dispose();
        Pool.Dispose();
        Directory.Delete(Prefix, recursive: true);
    }
}

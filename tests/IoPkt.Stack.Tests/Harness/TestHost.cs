using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace IoPkt.Stack.Tests.Harness;

/// <summary>One stack with its memory and interfaces.</summary>
internal sealed class TestHost : IDisposable
{
    private readonly List<TestPort> _ports = [];

    public TestHost(TestNetwork network, int number, Func<NetworkStackOptions, NetworkStackOptions>? configure)
    {
        Number = number;
        Pool = new MbufPool(new MbufPoolOptions { MaximumBytes = 64L * 1024 * 1024 });
        NetworkStackOptions options = new()
        {
            Time = network.Time,
            Random = new Random(1000 + number),
            Pool = Pool,
            Logger = NullLogger.Instance,
        };
        Stack = new NetworkStack(configure?.Invoke(options) ?? options);
    }

    public int Number { get; }

    public MbufPool Pool { get; }

    public NetworkStack Stack { get; }

    public IReadOnlyList<TestPort> Ports => _ports;

    public long MicrosecondsToDeadline
    {
        get
        {
            Stack.Clock.Refresh();
            long deadline = Stack.NextDeadline;
            return deadline == long.MaxValue ? long.MaxValue : deadline - Stack.Clock.Now;
        }
    }

    /// <summary>Plugs the host into a wire, up, with an address in CIDR form if given.</summary>
    public TestPort Connect(TestWire wire, string? address = null, int mtu = 1500, DeviceCapabilities capabilities = DeviceCapabilities.None)
    {
        TestPort port = new(this, wire, $"tap{_ports.Count}", mtu, capabilities);
        _ports.Add(port);
        Stack.Interfaces.SetUp(port.Interface, true);
        if (address is not null)
            port.AddAddress(address);
        return port;
    }

    public void AddDefaultRoute(TestPort port, string gateway) => AddRoute(port, "0.0.0.0/0", gateway);

    public void AddRoute(TestPort port, string network, string gateway)
    {
        string[] parts = network.Split('/');
        Route route = new(InetAddress.Parse(parts[0]), int.Parse(parts[1], null), InetAddress.Parse(gateway), port.Interface,
            RouteFlags.Up | RouteFlags.Gateway | RouteFlags.Static);
        Assert.Equal(Errno.None, Stack.Ipv4.Routes.Add(route));
    }

    /// <summary>One batch: due timers, the given work, and what comes of it.</summary>
    public void Step(Action<NetworkStack>? work = null)
    {
        Stack.Begin();
        work?.Invoke(Stack);
        Stack.End();
    }

    public UdpSocket Udp(string? address = null, ushort port = 0)
    {
        UdpSocket socket = (UdpSocket)Stack.Udp.CreateSocket(AddressFamily.Inet);
        if (address is not null)
            Assert.Equal(Errno.None, socket.Bind(new InetEndpoint(InetAddress.Parse(address), port)));
        return socket;
    }

    public Mbuf Copy(ReadOnlySpan<byte> data) => Pool.GetCopy(data)!;

    public long Count(string group, string text) => Stack.Counters.Single(g => g.Name == group).All.Single(c => c.Text == text).Value;

    /// <summary>Every mbuf and cluster is back.</summary>
    public void AssertNothingHeld() => Assert.All(Pool.GetStatistics().Kinds, k => Assert.Equal(0, k.InUse));

    public void Dispose() => Pool.Dispose();
}

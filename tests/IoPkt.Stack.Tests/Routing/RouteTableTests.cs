using CsCheck;
using IoPkt.Stack.Tests.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Routing;

public sealed class RouteTableTests : IDisposable
{
    private readonly TestNetwork _network = new();
    private readonly TestPort _first;
    private readonly TestPort _second;

    public RouteTableTests()
    {
        TestWire wire = _network.AddWire();
        TestHost host = _network.AddHost();
        _first = host.Connect(wire);
        _second = host.Connect(wire);
    }

    public void Dispose() => _network.Dispose();

    /// <summary>
    /// Any sequence of additions and deletions, compared with a list that is searched from end to end. Few different bits, so that prefixes nest and collide.
    /// </summary>
    [Fact]
    public void The_longest_prefix_wins_as_in_a_plain_list()
    {
        Gen<uint> address = Gen.Select(Gen.Int[0, 15], Gen.Int[0, 3], Gen.Int[0, 3], (a, b, c) => (uint)a << 28 | (uint)b << 15 | (uint)c);
        Gen<(bool Adds, uint Address, int Length, bool Second)> change = Gen.Select(Gen.Bool, address, Gen.Int[0, 32], Gen.Bool);
        Gen.Select(change.Array[1, 60], address.Array[20], Gen.Bool).Sample((changes, lookups, secondIsUp) =>
        {
            _second.Interface.Stack.Interfaces.SetUp(_second.Interface, secondIsUp);
            RouteTable table = new();
            Dictionary<(uint, int), Route> model = [];
            foreach ((bool adds, uint value, int length, bool second) in changes)
            {
                InetAddress network = InetAddress.FromIpv4(value).Mask(length);
                bool known = model.ContainsKey((network.Ipv4, length));
                if (adds)
                {
                    Route route = new(network, length, InetAddress.AnyIpv4, (second ? _second : _first).Interface, RouteFlags.Up);
                    Assert.Equal(known ? Errno.Exists : Errno.None, table.Add(route));
                    model.TryAdd((network.Ipv4, length), route);
                }
                else
                {
                    Assert.Equal(known ? Errno.None : Errno.NoEntry, table.Delete(network, length));
                    model.Remove((network.Ipv4, length));
                }
            }
            Assert.Equal(model.Values.OrderBy(r => r.Destination.Ipv4).ThenBy(r => r.PrefixLength), table.All);
            foreach (uint lookup in lookups)
            {
                InetAddress to = InetAddress.FromIpv4(lookup);
                Route? expected = model.Values.Where(r => r.Interface.IsUp && to.IsIn(r.Destination, r.PrefixLength)).MaxBy(r => r.PrefixLength);
                Assert.Same(expected, table.Find(to));
                Route? bound = model.Values.Where(r => r.Interface == _first.Interface && to.IsIn(r.Destination, r.PrefixLength)).MaxBy(r => r.PrefixLength);
                Assert.Same(bound, table.Find(to, _first.Interface));
            }
        }, iter: 2000, threads: 1);
    }

    [Theory]
    [InlineData("10.0.0.1", 24)] // bits of the host
    [InlineData("10.0.0.0", 33)]
    [InlineData("10.0.0.0", -1)]
    public void What_is_no_network_is_refused(string destination, int length)
    {
        RouteTable table = new();
        Assert.Equal(Errno.Invalid, table.Add(new Route(InetAddress.Parse(destination), length, InetAddress.AnyIpv4, _first.Interface, RouteFlags.Up)));
        Assert.Empty(table.All);
    }

    [Fact]
    public void Every_change_is_a_new_generation()
    {
        RouteTable table = new();
        long before = table.Generation;
        table.Add(new Route(InetAddress.Parse("10.0.0.0"), 8, InetAddress.AnyIpv4, _first.Interface, RouteFlags.Up));
        long added = table.Generation;
        table.Delete(InetAddress.Parse("10.0.0.0"), 8);
        Assert.True(before < added && added < table.Generation);
    }

    [Fact]
    public void An_interfaces_network_is_reachable_while_it_is_up()
    {
        RouteTable routes = _first.Interface.Stack.Ipv4.Routes;
        _first.AddAddress("10.0.0.1/24");
        _second.AddAddress("10.0.0.2/24");
        InetAddress neighbour = InetAddress.Parse("10.0.0.9");
        Assert.Same(_first.Interface, routes.Find(neighbour)!.Interface);
        // Two in one network: the other takes over.
        _first.Interface.Stack.Interfaces.SetUp(_first.Interface, false);
        Assert.Same(_second.Interface, routes.Find(neighbour)!.Interface);
        _first.Interface.Stack.Interfaces.SetUp(_second.Interface, false);
        Assert.Null(routes.Find(neighbour));
        _first.Interface.Stack.Interfaces.SetUp(_first.Interface, true);
        Assert.Same(_first.Interface, routes.Find(neighbour)!.Interface);
    }
}

using System.Net;
using System.Net.NetworkInformation;
using IoPkt.Stack.Tests.Harness;
using PacketDotNet;
using Xunit;
using ArpOracle = PacketDotNet.ArpPacket;

namespace IoPkt.Stack.Tests.Protocols;

/// <summary>lsm-autoip in virtual time: RFC 3927.</summary>
public sealed class AutoIpTests : IDisposable
{
    private readonly TestNetwork _network = new();
    private readonly TestWire _wire;
    private readonly List<(double Seconds, ArpOracle Packet, string Destination)> _arp = [];

    public AutoIpTests()
    {
        _wire = _network.AddWire();
        DateTimeOffset start = _network.Time.GetUtcNow();
        _wire.Filter = (_, frame) =>
        {
            EthernetPacket ethernet = (EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, frame);
            if (ethernet.PayloadPacket is ArpOracle packet)
                _arp.Add(((_network.Time.GetUtcNow() - start).TotalSeconds, packet, ethernet.DestinationHardwareAddress.ToString()));
            return WireVerdict.Pass;
        };
    }

    public void Dispose() => _network.Dispose();

    [Fact]
    public void It_probes_three_times_then_claims_an_address_and_announces_it_twice()
    {
        AutoIpHost host = new(_network, _wire, address: "10.0.0.1/24");
        _network.Run(12);
        InetAddress address = Assert.NotNull(host.Address);
        Assert.InRange(address.Ipv4, 0xa9fe0100u, 0xa9fefeffu);
        InterfaceAddress alias = host.Port.Interface.Addresses[1];
        Assert.Equal((address, 16, "169.254.255.255", "10.0.0.1"), (alias.Address, alias.PrefixLength, alias.Broadcast.ToString(), host.Port.Address.ToString()));

        List<(double Seconds, ArpOracle Packet, string Destination)> about = About(address);
        Assert.Equal(5, about.Count);
        Assert.All(about, a => Assert.Equal("FFFFFFFFFFFF", a.Destination));
        Assert.All(about[..3], a => Assert.Equal((ArpOperation.Request, IPAddress.Any), (a.Packet.Operation, a.Packet.SenderProtocolAddress)));
        Assert.All(about[3..], a => Assert.Equal(a.Packet.TargetProtocolAddress, a.Packet.SenderProtocolAddress));
        Assert.InRange(about[0].Seconds, 0, 1);
        Assert.InRange(about[1].Seconds - about[0].Seconds, 1, 2);
        Assert.InRange(about[2].Seconds - about[1].Seconds, 1, 2);
        Assert.Equal(2, about[3].Seconds - about[2].Seconds, 0.001);
        Assert.Equal(2, about[4].Seconds - about[3].Seconds, 0.001);

        host.Stop();
        Assert.Null(host.Address);
        _network.Run(30);
        Assert.Equal(5, About(address).Count);
        host.Host.AssertNothingHeld();
    }

    [Fact]
    public void A_station_always_begins_with_the_same_address_and_others_with_another()
    {
        InetAddress[] first = new InetAddress[2];
        for (int i = 0; i < 2; i++)
        {
            using TestNetwork network = new();
            AutoIpHost a = new(network, network.AddWire());
            AutoIpHost b = new(network, network.AddWire());
            network.Run(8);
            Assert.NotEqual(a.Address, b.Address);
            first[i] = a.Address!.Value;
        }
        Assert.Equal(first[0], first[1]);
    }

    [Fact]
    public void An_address_in_use_is_not_taken()
    {
        AutoIpHost owner = new(_network, _wire, "ip=169.254.20.20");
        _network.Run(8);
        AutoIpHost other = new(_network, _wire, "ip=169.254.20.20");
        _network.Run(10);
        Assert.Equal("169.254.20.20", owner.Address.ToString());
        Assert.NotNull(other.Address);
        Assert.NotEqual(owner.Address, other.Address);
        // RFC 3927, section 2.5: even the answer was broadcast.
        Assert.Contains(_arp, a => a.Packet.Operation == ArpOperation.Response && a.Destination == "FFFFFFFFFFFF");
    }

    [Fact]
    public void Several_that_want_the_same_address_at_once_end_with_one_each_and_talk()
    {
        AutoIpHost[] hosts = [.. Enumerable.Range(0, 6).Select(_ => new AutoIpHost(_network, _wire, "ip=169.254.20.20"))];
        _network.Run(40);
        Assert.All(hosts, h => Assert.NotNull(h.Address));
        Assert.Equal(6, hosts.Select(h => h.Address).Distinct().Count());
        UdpSocket server = hosts[1].Host.Udp("0.0.0.0", 7);
        UdpSocket client = hosts[4].Host.Udp();
        hosts[4].Host.Step(_ => Assert.Equal(Errno.None, client.Send(hosts[4].Host.Copy([1, 2]), new InetEndpoint(hosts[1].Address!.Value, 7))));
        _network.Run(1);
        Assert.True(server.TryReceive(out Datagram datagram));
        Assert.Equal(hosts[4].Address, datagram.Source.Address);
        datagram.Payload.Free();
    }

    [Fact]
    public void It_defends_an_address_once_and_gives_it_up_the_second_time_within_ten_seconds()
    {
        AutoIpHost host = new(_network, _wire);
        _network.Run(12);
        InetAddress address = host.Address!.Value;
        int before = About(address).Count;
        Claim(host, address);
        _network.Run(11);
        Assert.Equal(address, host.Address);
        Assert.Equal(before + 1, About(address).Count);

        Claim(host, address);
        _network.Run(11);
        Assert.Equal(address, host.Address);
        Assert.Equal(before + 2, About(address).Count);

        Claim(host, address);
        _network.Run(5);
        Claim(host, address);
        Assert.Null(host.Address);
        _network.Run(10);
        Assert.NotNull(host.Address);
        Assert.NotEqual(address, host.Address);
    }

    [Fact]
    public void With_abandon_it_gives_up_at_the_first_conflict()
    {
        AutoIpHost host = new(_network, _wire, "abandon");
        _network.Run(12);
        InetAddress address = host.Address!.Value;
        int before = About(address).Count;
        Claim(host, address);
        Assert.Null(host.Address);
        _network.Run(10);
        Assert.Equal(before, About(address).Count);
        Assert.NotNull(host.Address);
        Assert.NotEqual(address, host.Address);
    }

    [Fact]
    public void After_ten_conflicts_it_tries_no_more_than_once_a_minute()
    {
        AutoIpHost host = new(_network, _wire);
        TestHost enemy = _network.AddHost();
        TestPort port = enemy.Connect(_wire);
        HashSet<IPAddress> tried = [];
        List<double> times = [];
        Func<TestPort, byte[], WireVerdict> record = _wire.Filter!;
        _wire.Filter = (sender, frame) =>
        {
            int known = _arp.Count;
            record(sender, frame);
            // Whatever it asks for, somebody has it.
            if (sender == host.Port && _arp.Count > known && tried.Add(_arp[^1].Packet.TargetProtocolAddress))
            {
                times.Add(_arp[^1].Seconds);
                enemy.Step(_ => SendClaim(enemy, port, _arp[^1].Packet.TargetProtocolAddress));
            }
            return WireVerdict.Pass;
        };
        _network.Run(400);
        Assert.Null(host.Address);
        Assert.InRange(times[9], 0, 12);
        Assert.Equal(16, times.Count);
        for (int i = 10; i < times.Count; i++)
            Assert.InRange(times[i] - times[i - 1], 60, 61);
    }

    [Fact]
    public void It_asks_again_for_the_same_address_when_the_interface_comes_back()
    {
        AutoIpHost host = new(_network, _wire);
        _network.Run(12);
        InetAddress address = host.Address!.Value;
        host.Host.Step(stack => stack.Interfaces.SetUp(host.Port.Interface, false));
        Assert.Null(host.Address);
        int before = About(address).Count;
        host.Host.Step(stack => stack.Interfaces.SetUp(host.Port.Interface, true));
        _network.Run(12);
        Assert.Equal(address, host.Address);
        Assert.Equal(before + 5, About(address).Count);

        host.Host.Step(stack => stack.Interfaces.RemoveAddress(host.Port.Interface, address));
        _network.Run(12);
        Assert.Equal(address, host.Address);

        host.Host.Step(stack => stack.Interfaces.Remove(host.Port.Interface));
        _network.Run(5);
        Assert.Null(host.Failure);
    }

    [Fact]
    public void Old_gives_an_interface_with_a_routable_address_a_route_instead()
    {
        AutoIpHost host = new(_network, _wire, "old", "10.0.0.1/24");
        _network.Run(12);
        Assert.Null(host.Address);
        Assert.Contains(host.Host.Stack.Ipv4.Routes.All, r => r.Destination.ToString() == "169.254.0.0" && r.PrefixLength == 16);

        host.Host.Step(stack => stack.Interfaces.RemoveAddress(host.Port.Interface, InetAddress.Parse("10.0.0.1")));
        _network.Run(12);
        Assert.NotNull(host.Address);

        host.Host.Step(_ => host.Port.AddAddress("10.0.0.2/24"));
        Assert.Null(host.Address);
        host.Stop();
        Assert.DoesNotContain(host.Host.Stack.Ipv4.Routes.All, r => r.Destination.ToString() == "169.254.0.0");

        AutoIpHost forced = new(_network, _wire, "old,force", "10.0.0.3/24");
        _network.Run(12);
        Assert.NotNull(forced.Address);
    }

    [Theory]
    [InlineData("force", true)]
    [InlineData("old,force", false)]
    [InlineData("old", false)]
    public void Force_without_old_is_said_to_change_nothing(string options, bool expected)
    {
        AutoIpHost host = new(_network, _wire, options, "10.0.0.1/24");
        _network.Run(12);
        Assert.Equal(expected, host.Log.All.Contains("Warning: option force changes nothing without old: an address is taken in any case"));
        Assert.Equal(options != "old", host.Address is not null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ip=169.254.20.20")]
    public void Two_on_one_interface_give_it_one_address(string options)
    {
        AutoIpHost first = new(_network, _wire);
        AutoIpHost second = new(first, options);
        _network.Run(30);
        InetAddress address = Assert.Single(first.Port.Interface.Addresses).Address;
        AutoIpHost[] both = [first, second];
        AutoIpHost served = Assert.Single(both, h => h.Log.All.Any(l => l == $"Warning: tap0 has {address} already; it's given no other while it has"));
        Assert.Equal(1, both.Sum(h => h.Log.All.Count(l => l.EndsWith(" is ours", StringComparison.Ordinal))));

        // The other one gives it an address when that goes.
        both.Single(h => h != served).Stop();
        _network.Run(30);
        Assert.Single(first.Port.Interface.Addresses);
        Assert.Contains(served.Log.All, l => l.EndsWith(" is ours", StringComparison.Ordinal));
    }

    [Fact]
    public void An_address_given_by_hand_is_left_alone()
    {
        AutoIpHost host = new(_network, _wire, address: "169.254.7.7/16");
        _network.Run(12);
        Assert.Equal("169.254.7.7", Assert.Single(host.Port.Interface.Addresses).Address.ToString());
        host.Host.Step(stack => stack.Interfaces.RemoveAddress(host.Port.Interface, InetAddress.Parse("169.254.7.7")));
        _network.Run(12);
        Assert.NotNull(host.Address);
    }

    [Theory]
    [InlineData("debug")]
    [InlineData("debug=0")]
    public void Debug_logs_every_step_and_otherwise_only_what_came_of_it(string options)
    {
        AutoIpHost host = new(_network, _wire, $"ip=169.254.20.20,{options}");
        _network.Run(12);
        Claim(host, InetAddress.Parse("169.254.20.20"));
        _network.Run(1);
        Claim(host, InetAddress.Parse("169.254.20.20"));
        _network.Run(10);
        string other = "02:00:00:00:99:99", next = host.Address!.ToString()!;
        string[] steps =
        [
            "tap0: trying 169.254.20.20", "tap0: probe 1 for 169.254.20.20", "tap0: probe 2 for 169.254.20.20", "tap0: probe 3 for 169.254.20.20",
            $"tap0: {other} claims 169.254.20.20, which is defended",
            $"tap0: trying {next}", $"tap0: probe 1 for {next}", $"tap0: probe 2 for {next}", $"tap0: probe 3 for {next}",
        ];
        string[] results = ["tap0: 169.254.20.20 is ours", $"tap0: {other} has 169.254.20.20, another is tried", $"tap0: {next} is ours"];
        string[] all = [.. steps[..4], results[0], steps[4], results[1], .. steps[5..], results[2]];
        Assert.Equal(options == "debug" ? all : results, host.Log.All.Select(l => l[(l.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
    }

    [Fact]
    public void Delay_sets_the_pace_of_the_probes_alone()
    {
        AutoIpHost host = new(_network, _wire, "delay=200");
        _network.Run(12);
        List<(double Seconds, ArpOracle Packet, string Destination)> about = About(host.Address!.Value);
        Assert.InRange(about[1].Seconds - about[0].Seconds, 0.1, 0.2);
        Assert.Equal(2, about[3].Seconds - about[2].Seconds, 0.001);
    }

    [Theory]
    [InlineData("if=eth7", "option if=eth7: there is no such Ethernet interface; there is tap0")]
    [InlineData("if=lo0", "option if=lo0: there is no such Ethernet interface")]
    [InlineData("if=", "option if: a value is missing")]
    [InlineData("ip=169.254.0.1", "option ip=169.254.0.1: an address from 169.254.1.0 to 169.254.254.255 is needed")]
    [InlineData("ip=169.254.255.0", "an address from 169.254.1.0")]
    [InlineData("ip=10.0.0.1", "an address from 169.254.1.0")]
    [InlineData("ip=169.254", "an address from 169.254.1.0")]
    [InlineData("ip=::1", "an address from 169.254.1.0")]
    [InlineData("delay=0", "option delay=0: a whole number from 1 to 8000 is needed")]
    [InlineData("delay=-1", "option delay=-1: a whole number from 1 to 8000 is needed")]
    [InlineData("delay=8001", "option delay=8001: a whole number from 1 to 8000 is needed")]
    [InlineData("delay=soon", "option delay=soon: a whole number from 1 to 8000 is needed")]
    [InlineData("abandon=yes", "option abandon=yes: use abandon, abandon=1 or abandon=0")]
    public void A_wrong_option_is_a_message(string options, string expected)
    {
        ModuleException refused = Assert.Throws<ModuleException>(() => new AutoIpHost(_network, _wire, options));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_protocol_that_throws_is_cut_off_and_the_stack_goes_on()
    {
        TestHost host = _network.AddHost();
        TestPort port = host.Connect(_wire, "10.0.0.1/24");
        TestHost peer = _network.AddHost();
        peer.Connect(_wire, "10.0.0.2/24");
        Exception? failure = null;
        ProtocolHost view = new(host.Stack, new ProtocolHostServices(_ => { }, _ => { }, e => failure = e));
        int calls = 0;
        host.Step(_ => view.Find("tap0")!.Listen(0x0806, (Mbuf _, in FrameAddresses _) =>
        {
            calls++;
            throw new FormatException("broken");
        }));
        UdpSocket socket = peer.Udp();
        for (int i = 0; i < 3; i++)
        {
            peer.Step(_ => Assert.Equal(Errno.None, socket.Send(peer.Copy([1]), new InetEndpoint(port.Address, 9))));
            _network.Run(1);
        }
        Assert.Equal("broken", failure?.Message);
        Assert.Equal(1, calls);
        Assert.Equal(3, host.Count("udp", "datagrams received"));
    }

    private List<(double Seconds, ArpOracle Packet, string Destination)> About(InetAddress address) =>
        [.. _arp.Where(a => a.Packet.TargetProtocolAddress.ToString() == address.ToString() && a.Packet.Operation == ArpOperation.Request)];

    /// <summary>Another station claims the address.</summary>
    private void Claim(AutoIpHost host, InetAddress address)
    {
        byte[] frame = ClaimFrame(IPAddress.Parse(address.ToString()), "02-00-00-00-99-99");
        host.Port.Inject(frame);
        _network.Settle();
    }

    private static void SendClaim(TestHost sender, TestPort port, IPAddress address)
    {
        byte[] frame = ClaimFrame(address, port.Mac.ToString().Replace(':', '-'));
        port.Link.Transmit(sender.Copy(frame.AsSpan(14)), MacAddress.Broadcast, 0x0806);
    }

    private static byte[] ClaimFrame(IPAddress address, string station)
    {
        PhysicalAddress mac = PhysicalAddress.Parse(station.ToUpperInvariant());
        EthernetPacket ethernet = new(mac, PhysicalAddress.Parse("FF-FF-FF-FF-FF-FF"), EthernetType.Arp)
        {
            PayloadPacket = new ArpOracle(ArpOperation.Response, PhysicalAddress.Parse("00-00-00-00-00-00"), address, mac, address),
        };
        return ethernet.Bytes;
    }
}

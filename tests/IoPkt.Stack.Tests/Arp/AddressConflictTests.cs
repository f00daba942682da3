using IoPkt.Stack.Tests.Harness;
using PacketDotNet;
using Xunit;
using DecodedArp = PacketDotNet.ArpPacket;

namespace IoPkt.Stack.Tests.Arp;

/// <summary>RFC 5227: probing, announcing and defending an address.</summary>
public sealed class AddressConflictTests : IDisposable
{
    private readonly TestNetwork _network = new();
    private readonly TestWire _wire;
    private readonly TestHost _host;
    private readonly TestPort _port;
    private readonly List<(double At, DecodedArp Packet)> _sent = [];
    private readonly DateTimeOffset _start;

    public AddressConflictTests()
    {
        _wire = _network.AddWire();
        _host = _network.AddHost();
        _port = _host.Connect(_wire);
        _start = _network.Time.GetUtcNow();
        _wire.Filter = (_, frame) =>
        {
            Oracle.AssertValid(frame);
            if (Oracle.Read(frame).Extract<DecodedArp>() is { } arp)
                _sent.Add(((_network.Time.GetUtcNow() - _start).TotalSeconds, arp));
            return WireVerdict.Pass;
        };
    }

    private AddressState State => _port.Link.Arp.GetState(_port.Interface.Addresses[0]);

    public void Dispose() => _network.Dispose();

    [Fact]
    public void Three_probes_and_two_announcements_at_their_times()
    {
        _host.Step(_ => _port.AddAddress("10.0.0.1/24"));
        Assert.Equal(AddressState.Tentative, State);
        _network.Run(20);
        Assert.Equal(AddressState.Valid, State);
        Assert.Equal(5, _sent.Count);
        Assert.All(_sent, s =>
        {
            Assert.Equal(ArpOperation.Request, s.Packet.Operation);
            Assert.Equal("10.0.0.1", s.Packet.TargetProtocolAddress.ToString());
            Assert.Equal(MacAddress.Read(new byte[6]), Oracle.Mac(s.Packet.TargetHardwareAddress));
        });
        Assert.All(_sent[..3], s => Assert.Equal("0.0.0.0", s.Packet.SenderProtocolAddress.ToString()));
        Assert.All(_sent[3..], s => Assert.Equal("10.0.0.1", s.Packet.SenderProtocolAddress.ToString()));
        Assert.InRange(_sent[0].At, 0, 1); // PROBE_WAIT
        Assert.InRange(_sent[1].At - _sent[0].At, 1, 2.000001); // PROBE_MIN, PROBE_MAX
        Assert.InRange(_sent[2].At - _sent[1].At, 1, 2.000001);
        Assert.Equal(2, _sent[3].At - _sent[2].At, 0.001); // ANNOUNCE_WAIT
        Assert.Equal(2, _sent[4].At - _sent[3].At, 0.001); // ANNOUNCE_INTERVAL
    }

    [Theory]
    [InlineData(false)] // another station has it
    [InlineData(true)] // another station is probing for it, too
    public void A_conflict_while_probing_ends_it(bool byProbe)
    {
        _host.Step(_ => _port.AddAddress("10.0.0.1/24"));
        _network.Run(1.2);
        Assert.NotEmpty(_sent);
        _port.Inject(byProbe
            ? Oracle.Arp(ArpOperation.Request, Oracle.Stranger, "0.0.0.0", default, "10.0.0.1")
            : Oracle.Arp(ArpOperation.Response, Oracle.Stranger, "10.0.0.1", _port.Mac, "0.0.0.0", _port.Mac));
        Assert.Equal(AddressState.Duplicated, State);
        int sent = _sent.Count;
        _network.Run(20);
        // Nothing is announced, and nobody who asks is told that we have it.
        _port.Inject(Oracle.Arp(ArpOperation.Request, Oracle.Stranger, "10.0.0.9", default, "10.0.0.1"));
        _network.Settle();
        Assert.Equal(sent, _sent.Count);
        Assert.Equal(1, _host.Count("arp", "packets from another user of our address"));
    }

    [Fact]
    public void An_address_in_use_is_defended_once_in_ten_seconds()
    {
        _host.Step(_ => _port.AddAddress("10.0.0.1/24"));
        _network.Run(20);
        _sent.Clear();
        byte[] claim = Oracle.Arp(ArpOperation.Request, Oracle.Stranger, "10.0.0.1", default, "10.0.0.1");
        for (int i = 0; i < 5; i++)
        {
            _port.Inject(claim);
            _network.Run(1);
        }
        Assert.Equal("10.0.0.1", Assert.Single(_sent).Packet.SenderProtocolAddress.ToString());
        Assert.Equal(AddressState.Valid, State);
        _network.Run(6);
        _port.Inject(claim);
        _network.Settle();
        Assert.Equal(2, _sent.Count);
        Assert.Equal(6, _host.Count("arp", "packets from another user of our address"));
    }

    [Fact]
    public void Our_own_packets_that_come_back_are_no_conflict()
    {
        _host.Step(_ => _port.AddAddress("10.0.0.1/24"));
        _network.Run(20);
        _port.Inject(Oracle.Arp(ArpOperation.Request, _port.Mac, "10.0.0.1", default, "10.0.0.1"));
        Assert.Equal(0, _host.Count("arp", "packets from another user of our address"));
        Assert.Equal(AddressState.Valid, State);
    }

    [Fact]
    public void Two_hosts_given_one_address_both_learn_of_it()
    {
        TestHost other = _network.AddHost();
        TestPort port = other.Connect(_wire);
        _host.Step(_ => _port.AddAddress("10.0.0.1/24"));
        _network.Run(20);
        other.Step(_ => port.AddAddress("10.0.0.1/24"));
        _network.Run(20);
        Assert.Equal(AddressState.Valid, State);
        Assert.Equal(AddressState.Duplicated, port.Link.Arp.GetState(port.Interface.Addresses[0]));
    }
}

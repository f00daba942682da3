using IoPkt.Stack.Tests.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Icmp;

/// <summary>"Fragmentation needed" (RFC 1191), honest and forged.</summary>
public sealed class PathMtuTests : IDisposable
{
    private readonly TwoHosts _net = new TwoHosts().Quiet();
    private readonly UdpSocket _client;
    private readonly InetEndpoint _to = new(InetAddress.Parse("10.0.0.2"), 7);
    private byte[] _sent = [];

    public PathMtuTests()
    {
        _client = _net.A.Udp();
        _client.Options.DontFragment = true;
        _net.A.Step(_ => Assert.Equal(Errno.None, _client.Connect(_to)));
        _net.Wire.Filter = (sender, frame) =>
        {
            if (sender == _net.PortA && frame[13] == 0)
                _sent = frame[14..];
            return WireVerdict.Pass;
        };
        Send(1472);
    }

    public void Dispose() => _net.Dispose();

    private int Mtu
    {
        get
        {
            RouteCache cache = new();
            Assert.Equal(Errno.None, _net.A.Stack.Ipv4.FindRoute(_to.Address, null, cache));
            return cache.Mtu;
        }
    }

    [Fact]
    public void A_smaller_path_is_learned_for_ten_minutes()
    {
        Report(1400, _sent[..28]);
        Assert.Equal(1400, Mtu);
        Assert.Equal(Errno.MessageTooLong, _client.TakeError());
        _net.A.Step(_ => Assert.Equal(Errno.MessageTooLong, _client.Send(_net.A.Copy(new byte[1373]))));
        _net.A.Step(_ => Assert.Equal(Errno.None, _client.Send(_net.A.Copy(new byte[1372]))));
        _net.Network.Run(590);
        Assert.Equal(1400, Mtu);
        _net.Network.Run(11);
        Assert.Equal(1500, Mtu);
    }

    [Fact]
    public void A_router_that_does_not_say_gets_the_next_plateau()
    {
        Report(0, _sent[..28]);
        Assert.Equal(1492, Mtu);
    }

    [Theory]
    [InlineData(1500)]
    [InlineData(9000)]
    [InlineData(67)] // no path has less than 68
    public void A_message_never_raises_it_nor_says_what_cannot_be(int mtu)
    {
        Report(mtu, _sent[..28]);
        Assert.Equal(1500, Mtu);
    }

    [Fact]
    public void A_tiny_path_is_not_gone_down_to_but_allowed_to_fragment()
    {
        Report(68, _sent[..28]);
        Assert.Equal(PathMtuCache.SmallestUsed, Mtu);
        _net.A.Step(_ => Assert.Equal(Errno.None, _client.Send(_net.A.Copy(new byte[100]))));
        _net.Network.Settle();
        Assert.Equal(0, _sent[6] & 0x40);
    }

    [Theory]
    [InlineData(12)] // the source isn't us
    [InlineData(20)] // a port that we don't have
    [InlineData(0)] // not even IP
    public void A_message_about_what_we_did_not_send_is_ignored(int offset)
    {
        byte[] quoted = _sent[..28];
        quoted[offset] ^= 0x55;
        Report(1000, quoted);
        Assert.Equal(1500, Mtu);
    }

    [Fact]
    public void What_is_remembered_is_bounded()
    {
        _net.A.Stack.Ipv4.Settings.MaximumPaths = 16;
        for (int i = 0; i < 100; i++)
        {
            InetAddress destination = InetAddress.Parse($"10.0.0.{i + 3}");
            _net.A.Step(stack => stack.Ipv4.LowerPathMtu(destination, 1000));
        }
        Assert.Equal(16, _net.A.Stack.Ipv4.PathMtus.Count);
    }

    private void Report(int mtu, byte[] quoted) => _net.PortA.Inject(Oracle.Icmp(_net.PortA, "10.0.0.9", "10.0.0.1", 3, 4, (uint)mtu, quoted));

    private void Send(int size)
    {
        _net.A.Step(_ => Assert.Equal(Errno.None, _client.Send(_net.A.Copy(new byte[size]))));
        _net.Network.Settle();
        // The port unreachable that came back has done its duty.
        _client.TakeError();
    }
}

using CsCheck;
using Xunit;

namespace IoPkt.Stack.Tests.Sockets;

public sealed class EphemeralPortsTests
{
    private static readonly InetAddress s_local = InetAddress.FromIpv4(0x0a000001);
    private static readonly InetEndpoint s_remote = new(InetAddress.FromIpv4(0x0a000002), 80);

    [Fact]
    public void A_free_port_of_the_range_is_found_while_there_is_one() =>
        Gen.Select(Gen.UShort[1, 65000], Gen.Int[0, 60], Gen.Int[0, int.MaxValue]).Sample((first, size, seed) =>
        {
            EphemeralPorts ports = new(new Random(seed)) { First = first, Last = (ushort)(first + size) };
            HashSet<ushort> taken = [];
            for (int i = 0; i <= size; i++)
            {
                ushort port = ports.Choose(s_local, s_remote, p => !taken.Contains(p));
                Assert.InRange(port, first, first + size);
                Assert.True(taken.Add(port));
            }
            Assert.Equal(0, ports.Choose(s_local, s_remote, p => !taken.Contains(p)));
        });

    /// <summary>RFC 6056, section 3.3.4: what goes to one destination isn't seen in another's ports.</summary>
    [Fact]
    public void Connections_elsewhere_do_not_show()
    {
        EphemeralPorts busy = new(new Random(1)), quiet = new(new Random(1));
        InetEndpoint watcher = new(InetAddress.FromIpv4(0xc6336401), 443);
        List<int> seenBusy = [], seenQuiet = [];
        for (int i = 0; i < 200; i++)
        {
            seenBusy.Add(busy.Choose(s_local, watcher, _ => true));
            seenQuiet.Add(quiet.Choose(s_local, watcher, _ => true));
            for (int j = 0; j < 10; j++)
                busy.Choose(s_local, s_remote, _ => true);
        }
        Assert.InRange(Steps(seenBusy).Average(), 0.7 * Steps(seenQuiet).Average(), 1.4 * Steps(seenQuiet).Average());
        Assert.True(Steps(seenQuiet).Distinct().Count() > 4, "its steps can be foretold");
    }

    private static IEnumerable<int> Steps(List<int> ports) => ports.Zip(ports.Skip(1), static (a, b) => (b - a + 16384) % 16384);

    /// <summary>RFC 6056, section 3.3.3: each destination has a series of its own, and two stacks have nothing in common.</summary>
    [Fact]
    public void Ports_of_one_stack_tell_nothing_of_those_of_another() => Gen.Int[0, 1_000_000].Sample(seed =>
    {
        EphemeralPorts a = new(new Random(seed)), b = new(new Random(seed + 1));
        ushort[] chosen = [.. Enumerable.Range(0, 4).Select(_ => a.Choose(s_local, s_remote, _ => true))];
        Assert.Equal(4, chosen.Distinct().Count());
        Assert.NotEqual(chosen, [.. Enumerable.Range(0, 4).Select(_ => b.Choose(s_local, s_remote, _ => true))]);
    });
}

using System.Globalization;
using System.Reflection;
using IoPkt.Stack.Tests.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Sysctl;

/// <summary>The tree as a whole: every setting is in it, every node sets something, and no node takes what makes no sense.</summary>
public sealed class SysctlTreeTests
{
    /// <summary>A setting that somebody adds without its line in the tree fails here, by name.</summary>
    /// <summary>It takes nothing as well, and doesn't tell what it was given: Fast Open's own tests have it.</summary>
    private const string FastOpenKeyName = "net.inet.tcp.fastopen.key";

    [Fact]
    public void Every_setting_can_be_set_by_name_and_every_name_sets_something()
    {
        using TestNetwork network = new();
        NetworkStack stack = network.AddHost().Stack;
        object[] owners = [stack.Settings, stack.Tcp.Settings, stack.Tcp.Settings.FastOpen, stack.Ipv4.Settings, stack.Ipv4.NeighborSettings, stack.Ipv4.IgmpSettings, stack.Udp.Settings, stack.Ports];
        (object Owner, PropertyInfo Property)[] settings =
            [.. owners.SelectMany(o => o.GetType().GetProperties().Where(p => p.SetMethod is { IsPublic: true } && p.PropertyType != typeof(FastOpenKey?)).Select(p => (o, p)))];
        HashSet<PropertyInfo> reached = [];
        foreach (SysctlNode node in stack.Sysctl.All.Where(n => n.IsWritable && n.Name != FastOpenKeyName))
        {
            object?[] before = [.. settings.Select(s => s.Property.GetValue(s.Owner))];
            string value = node.Value;
            string? changed = Others(node, stack).FirstOrDefault(v => v != value && node.Set(v, out _) == Errno.None);
            if (changed is null)
            {
                // One congestion control leaves no choice.
                Assert.Equal(("net.inet.tcp.congctl.selected", 1), (node.Name, stack.Tcp.AvailableCongestionControls.Count));
                reached.Add(typeof(TcpSettings).GetProperty(nameof(TcpSettings.CongestionControl))!);
                continue;
            }
            Assert.Equal(changed, node.Value);
            PropertyInfo[] different = [.. settings.Where((s, i) => !Equals(s.Property.GetValue(s.Owner), before[i])).Select(s => s.Property)];
            Assert.True(different.Length > 0, $"{node.Name} sets nothing");
            reached.UnionWith(different);
        }
        Assert.Empty(settings.Select(s => s.Property).Except(reached).Select(p => $"{p.DeclaringType!.Name}.{p.Name} has no sysctl node"));
    }

    [Fact]
    public void Bad_values_are_refused_and_change_nothing()
    {
        using TestNetwork network = new();
        NetworkStack stack = network.AddHost().Stack;
        string[] bad = ["", "-2", "99999999999999999999", "one", "0x10", "1 ", "\n"];
        foreach (SysctlNode node in stack.Sysctl.All.Where(n => n.Name is not ("kern.hostname" or FastOpenKeyName)))
        {
            string before = node.Value;
            foreach (string text in bad)
            {
                Errno error = node.Set(text, out string problem);
                Assert.Equal(node.IsWritable ? Errno.Invalid : Errno.NotPermitted, error);
                Assert.NotEqual("", problem);
                Assert.Equal(before, node.Value);
            }
        }
        SysctlNode name = stack.Sysctl.Find("kern.hostname").Single();
        Assert.Equal(Errno.Invalid, name.Set(new string('x', 256), out _));
        Assert.Equal(Errno.Invalid, name.Set("a\nb", out _));
    }

    [Fact]
    public void A_port_range_can_not_be_turned_round()
    {
        using TestNetwork network = new();
        NetworkStack stack = network.AddHost().Stack;
        Assert.Equal(Errno.Invalid, Node(stack, "net.inet.ip.anonportmax").Set("49151", out string problem));
        Assert.Contains("49152", problem, StringComparison.Ordinal);
        Assert.Equal(Errno.None, Node(stack, "net.inet.ip.anonportmin").Set("20000", out _));
        Assert.Equal(Errno.None, Node(stack, "net.inet.ip.anonportmax").Set("20001", out _));
        UdpSocket[] sockets = [(UdpSocket)stack.Udp.CreateSocket(AddressFamily.Inet), (UdpSocket)stack.Udp.CreateSocket(AddressFamily.Inet)];
        Assert.All(sockets, s => Assert.Equal(Errno.None, s.Bind(InetEndpoint.Any(AddressFamily.Inet))));
        Assert.Equal([20000, 20001], sockets.Select(s => (int)s.LocalEndpoint.Port).Order());
    }

    [Theory]
    [InlineData("net.inet.ip.forwarding", "0")]
    [InlineData("net.inet.ip.ttl", "64")]
    [InlineData("net.inet.ip.mtudisc", "1")]
    [InlineData("net.inet.ip.anonportmin", "49152")]
    [InlineData("net.inet.ip.anonportmax", "65535")]
    [InlineData("net.inet.ip.maxfragpackets", "200")]
    [InlineData("net.inet.icmp.errppslimit", "100")]
    [InlineData("net.inet.arp.nd_reachable", "30000")]
    [InlineData("net.inet.arp.nd_delay", "5")]
    [InlineData("net.inet.arp.nd_retrans", "1000")]
    [InlineData("net.inet.arp.nd_umaxtries", "3")]
    [InlineData("net.inet.arp.nd_bmaxtries", "3")]
    [InlineData("net.inet.arp.nd_nud", "1")]
    [InlineData("net.inet.tcp.mssdflt", "536")]
    [InlineData("net.inet.tcp.sack.enable", "1")]
    [InlineData("net.inet.tcp.rfc1323", "1")]
    [InlineData("net.inet.tcp.keepidle", "14400")]
    [InlineData("net.inet.tcp.keepintvl", "150")]
    [InlineData("net.inet.tcp.keepcnt", "8")]
    [InlineData("net.inet.tcp.msl", "60")]
    [InlineData("net.inet.tcp.rstppslimit", "100")]
    [InlineData("net.inet.udp.checksum", "1")]
    [InlineData("kern.somaxconn", "128")]
    [InlineData("qnx.kern.enmap", "1")]
    public void Defaults_are_the_family_s(string name, string value)
    {
        using TestNetwork network = new();
        Assert.Equal(value, Node(network.AddHost().Stack, name).Value);
    }

    private static SysctlNode Node(NetworkStack stack, string name) => Assert.Single(stack.Sysctl.Find(name));

    private static IEnumerable<string> Others(SysctlNode node, NetworkStack stack) => node.Type switch
    {
        SysctlType.Bool => ["0", "1"],
        SysctlType.Int when long.TryParse(node.Value, out long n) => ((long[])[n + 1, n - 1, n / 2, 2 * n]).Select(v => v.ToString(CultureInfo.InvariantCulture)),
        _ => [.. stack.Tcp.AvailableCongestionControls, "another"],
    };
}

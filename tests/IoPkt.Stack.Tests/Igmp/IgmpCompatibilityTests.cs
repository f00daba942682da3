using Xunit;

namespace IoPkt.Stack.Tests.Igmp;

/// <summary>Queriers and other members of versions 1 and 2: RFC 3376, section 7.2, and RFC 2236.</summary>
public sealed class IgmpCompatibilityTests : IDisposable
{
    private const string Group = "239.1.2.3", Other = "239.9.9.9";
    private const byte Version1 = 0x12, Version2 = 0x16;

    private readonly IgmpHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void A_version_2_querier_is_answered_in_its_own_and_told_of_leaving()
    {
        UdpSocket socket = Settled(Group, Other);
        _host.Query(100);
        _host.Network.Run(10.1);
        Assert.Equal([(Group, $"Report2 {Group}"), (Other, $"Report2 {Other}")], _host.Sent.Select(s => (s.To, s.Text)).Order());
        _host.Clear();
        _host.Set(socket, false, Group);
        _host.Network.Run(20);
        Assert.Equal([("224.0.0.2", $"Leave {Group}")], _host.Sent.Select(s => (s.To, s.Text)));
        Assert.Equal(1, _host.Count("leave messages sent"));
        _host.Clear();
        _host.Query(10, Other);
        _host.Query(10, Group);
        _host.Network.Run(2);
        Assert.Equal([$"Report2 {Other}"], _host.Texts);
    }

    [Fact]
    public void Joining_is_reported_twice_within_ten_seconds()
    {
        _host.Query(1);
        _host.Join(Group);
        Assert.Equal([(Group, $"Report2 {Group}")], _host.Sent.Select(s => (s.To, s.Text)));
        _host.Network.Run(10);
        Assert.Equal([$"Report2 {Group}", $"Report2 {Group}"], _host.Texts);
    }

    [Fact]
    public void Another_members_report_is_enough_and_leaving_is_then_not_ours_to_tell()
    {
        UdpSocket socket = Settled(Group);
        _host.Query(100);
        _host.Report(Version2, Group);
        _host.Report(Version2, Other);
        _host.Network.Run(20);
        Assert.Empty(_host.Sent);
        Assert.Equal((1, 1), (_host.Count("membership reports received"), _host.Count("membership reports received for groups to which we belong")));
        _host.Set(socket, false, Group);
        Assert.Empty(_host.Sent);
    }

    [Fact]
    public void Version_3_hosts_all_report()
    {
        Settled(Group);
        _host.Query3(10);
        _host.Report(Version2, Group);
        _host.Report(Version1, Group);
        _host.Network.Run(2);
        Assert.Equal([$"IsExclude {Group}"], _host.Texts);
    }

    [Fact]
    public void A_version_1_querier_is_answered_in_its_own_and_not_told_of_leaving()
    {
        UdpSocket socket = Settled(Group);
        _host.Query(0);
        _host.Network.Run(10.1);
        Assert.Equal([$"Report1 {Group}"], _host.Texts);
        Assert.InRange(_host.Sent[0].Seconds, 10, 20.001);
        // A version 2 querier beside it changes nothing.
        _host.Query(10);
        _host.Network.Run(2);
        Assert.Equal([$"Report1 {Group}", $"Report1 {Group}"], _host.Texts);
        _host.Set(socket, false, Group);
        _host.Network.Run(10);
        Assert.Equal(2, _host.Sent.Count);
    }

    /// <summary>RFC 3376, section 8.12: robustness times the query interval, and the response interval.</summary>
    [Fact]
    public void After_260_seconds_without_an_older_querier_it_is_version_3_again()
    {
        UdpSocket socket = Settled(Group);
        _host.Query(100);
        _host.Network.Run(259);
        _host.Clear();
        _host.Set(socket, true, Other);
        Assert.Equal([$"Report2 {Other}"], _host.Texts);
        _host.Network.Run(1);
        _host.Clear();
        _host.Query3(10);
        _host.Network.Run(1);
        Assert.Equal([$"IsExclude {Group}", $"IsExclude {Other}"], _host.Texts);
    }

    /// <summary>RFC 3376, section 7.2.1: "it cancels all its pending responses and retransmission timers".</summary>
    [Fact]
    public void A_change_of_version_ends_what_was_under_way()
    {
        UdpSocket socket = Settled(Group);
        _host.Query3(100);
        _host.Set(socket, false, Group);
        _host.Set(socket, true, Other);
        _host.Clear();
        _host.Query(100, "239.200.200.200");
        Assert.Empty(_host.Sent);
        _host.Query(100);
        _host.Network.Run(10.1);
        Assert.Equal([$"Report2 {Other}"], _host.Texts);
    }

    [Theory]
    [InlineData("1", "Report1")]
    [InlineData("2", "Report2")]
    [InlineData("3", "ToExclude")]
    public void Default_version_is_spoken_where_no_querier_is_heard(string version, string expected)
    {
        Assert.Equal(Errno.None, _host.Host.Stack.Sysctl.Find("net.inet.igmp.default_version").Single().Set(version, out _));
        _host.Join(Group);
        Assert.Equal([$"{expected} {Group}"], _host.Texts);
    }

    private UdpSocket Settled(params string[] groups)
    {
        UdpSocket socket = _host.Join(groups);
        _host.Network.Run(10);
        _host.Clear();
        return socket;
    }
}

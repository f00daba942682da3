using IoPkt.Stack.Tests.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Igmp;

/// <summary>IGMPv3 as a member of groups has it: RFC 3376, sections 4 and 5.</summary>
public sealed class IgmpTests : IDisposable
{
    private const string Group = "239.1.2.3", Other = "239.9.9.9";

    private readonly IgmpHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Joining_and_leaving_are_reported_at_once_and_once_more()
    {
        UdpSocket socket = _host.Join(Group);
        Assert.Equal([(0, "224.0.0.22", $"ToExclude {Group}")], _host.Sent);
        _host.Network.Run(10);
        Assert.Equal([$"ToExclude {Group}", $"ToExclude {Group}"], _host.Texts);
        Assert.InRange(_host.Sent[1].Seconds, 0.000001, 1);
        _host.Clear();
        _host.Host.Step(_ => socket.Close());
        _host.Network.Run(10);
        Assert.Equal([$"ToInclude {Group}", $"ToInclude {Group}"], _host.Texts);
        Assert.Equal((4, 0), (_host.Count("membership reports sent"), _host.Count("leave messages sent")));
        _host.Host.AssertNothingHeld();
    }

    [Fact]
    public void Only_the_first_member_and_the_last_change_anything()
    {
        UdpSocket first = _host.Join(Group);
        _host.Network.Run(10);
        _host.Clear();
        UdpSocket second = _host.Host.Udp("0.0.0.0", 8);
        _host.Set(second, true, Group);
        _host.Set(first, false, Group);
        _host.Network.Run(10);
        Assert.Empty(_host.Sent);
        _host.Set(second, false, Group);
        Assert.Equal([$"ToInclude {Group}"], _host.Texts);
    }

    [Fact]
    public void A_change_takes_the_place_of_one_that_is_still_being_reported()
    {
        UdpSocket socket = _host.Join(Group);
        _host.Set(socket, false, Group);
        _host.Set(socket, true, Group);
        Assert.Equal([$"ToExclude {Group}", $"ToInclude {Group}", $"ToExclude {Group}"], _host.Texts);
        _host.Clear();
        _host.Network.Run(10);
        Assert.Equal([$"ToExclude {Group}"], _host.Texts);
    }

    [Fact]
    public void Changes_that_are_repeated_together_share_a_report()
    {
        _host.Join(Group, Other, "239.7.7.7");
        Assert.Equal(3, _host.Packets);
        _host.Clear();
        _host.Network.Run(10);
        Assert.Equal((3, 1), (_host.Sent.Count, _host.Packets));
    }

    [Fact]
    public void All_systems_is_never_reported()
    {
        UdpSocket socket = _host.Join("224.0.0.1");
        _host.Query3(10);
        _host.Network.Run(10);
        _host.Set(socket, false, "224.0.0.1");
        Assert.Empty(_host.Sent);
    }

    [Fact]
    public void A_general_query_is_answered_once_within_its_time_for_all_groups()
    {
        Settled(Group, Other);
        _host.Query3(50);
        _host.Query3(50);
        _host.Network.Run(4.999);
        _host.Network.Run(1);
        Assert.Equal([$"IsExclude {Group}", $"IsExclude {Other}"], _host.Texts.Order());
        Assert.Equal(1, _host.Packets);
        Assert.All(_host.Sent, s => Assert.InRange(s.Seconds, 10, 15.001));
    }

    [Fact]
    public void A_query_about_one_group_is_answered_by_its_members()
    {
        Settled(Group, Other);
        _host.Query3(10, Other);
        _host.Query3(10, "239.4.4.4");
        _host.Network.Run(2);
        Assert.Equal([$"IsExclude {Other}"], _host.Texts);
    }

    [Fact]
    public void Of_the_sources_asked_about_all_are_wanted()
    {
        Settled(Group);
        _host.Query3(10, Group, sources: ["10.9.9.1", "10.9.9.2"]);
        _host.Query3(10, Group, sources: ["10.9.9.3", "10.9.9.1"]);
        _host.Network.Run(2);
        Assert.Equal([$"IsInclude {Group} 10.9.9.1 10.9.9.2 10.9.9.3"], _host.Texts);
        _host.Clear();
        // Whoever asks about the whole group in the meantime has all of it.
        _host.Query3(10, Group, sources: ["10.9.9.1"]);
        _host.Query3(10, Group);
        _host.Query3(10, Group, sources: ["10.9.9.2"]);
        _host.Network.Run(2);
        Assert.Equal([$"IsExclude {Group}"], _host.Texts);
        _host.Clear();
        // More than is worth remembering.
        _host.Query3(10, Group, sources: [.. Enumerable.Range(1, 65).Select(i => $"10.9.8.{i}")]);
        _host.Network.Run(2);
        Assert.Equal([$"IsExclude {Group}"], _host.Texts);
    }

    [Fact]
    public void Records_that_do_not_fit_go_into_another_report()
    {
        _host.Host.Step(stack => stack.Interfaces.SetMtu(_host.Port.Interface, 68));
        Settled([.. Enumerable.Range(1, 9).Select(i => $"239.0.0.{i}")]);
        _host.Query3(10);
        _host.Network.Run(2);
        Assert.Equal((9, 3), (_host.Sent.Count, _host.Packets));
        _host.Clear();
        _host.Query3(10, "239.0.0.1", sources: [.. Enumerable.Range(1, 9).Select(i => $"10.9.8.{i}")]);
        _host.Network.Run(2);
        Assert.Equal(["IsInclude 239.0.0.1 10.9.8.1 10.9.8.2 10.9.8.3 10.9.8.4 10.9.8.5 10.9.8.6 10.9.8.7", "IsInclude 239.0.0.1 10.9.8.8 10.9.8.9"], _host.Texts);
    }

    [Fact]
    public void The_queriers_robustness_is_ours()
    {
        _host.Query3(1, robustness: 5);
        _host.Join(Group);
        _host.Network.Run(10);
        Assert.Equal(5, _host.Texts.Count(t => t == $"ToExclude {Group}"));
    }

    [Fact]
    public void An_interface_that_comes_up_reports_what_is_joined()
    {
        Settled(Group);
        _host.Host.Step(stack => stack.Interfaces.SetUp(_host.Port.Interface, false));
        UdpSocket late = _host.Host.Udp("0.0.0.0", 9);
        _host.Set(late, true, Other);
        _host.Network.Run(10);
        Assert.Empty(_host.Sent);
        _host.Host.Step(stack => stack.Interfaces.SetUp(_host.Port.Interface, true));
        _host.Network.Run(10);
        Assert.Equal((4, 2), (_host.Sent.Count, _host.Packets));
        Assert.Equal([$"ToExclude {Group}", $"ToExclude {Other}"], _host.Texts.Distinct().Order());
    }

    [Fact]
    public void An_interface_that_goes_takes_its_timers_along()
    {
        UdpSocket socket = _host.Join(Group);
        _host.Query3(100);
        _host.Host.Step(stack => stack.Interfaces.Remove(_host.Port.Interface));
        _host.Clear();
        _host.Network.Run(30);
        _host.Host.Step(_ => socket.Close());
        Assert.Empty(_host.Sent);
    }

    [Fact]
    public void A_host_without_an_address_says_so()
    {
        using IgmpHost host = new(address: null);
        string? source = null;
        Func<TestPort, byte[], WireVerdict> read = host.Wire.Filter!;
        host.Wire.Filter = (port, frame) =>
        {
            source = $"{frame[26]}.{frame[27]}.{frame[28]}.{frame[29]}";
            return read(port, frame);
        };
        host.Join(Group);
        Assert.Equal([$"ToExclude {Group}"], host.Texts);
        Assert.Equal("0.0.0.0", source);
    }

    [Fact]
    public void What_is_malformed_is_counted_and_changes_nothing()
    {
        Settled(Group);
        _host.Say([0x11, 10, 0, 0, 0, 0, 0], complete: false);
        Assert.Equal(1, _host.Count("messages received with too few bytes"));
        _host.Say([0x11, 10, 1, 1, 0, 0, 0, 0], complete: false);
        Assert.Equal(1, _host.Count("messages received with bad checksum"));
        _host.Say([0x11, 10, 0, 0, 0, 0, 0, 0], ttl: 2);
        Assert.Equal(1, _host.Count("messages received from another network"));
        byte[][] queries =
        [
            [0x11, 10, 0, 0, 10, 0, 0, 1], // about a host
            [0x11, 10, 0, 0, 0, 0, 0, 0, 2, 125], // neither version 2's length nor version 3's
            [0x11, 10, 0, 0, 239, 1, 2, 3, 2, 125, 0, 1], // a source that isn't there
            [0x11, 10, 0, 0, 0, 0, 0, 0, 2, 125, 0, 1, 10, 0, 0, 9], // a source, but no group
            [0x11, 10, 0, 0, 239, 1, 2, 3, 2, 125, 255, 255],
        ];
        foreach (byte[] query in queries)
            _host.Say(query);
        Assert.Equal(queries.Length, _host.Count("membership queries received with invalid fields"));
        _host.Say([0x99, 0, 0, 0, 0, 0, 0, 0]);
        _host.Network.Run(200);
        Assert.Empty(_host.Sent);
    }

    /// <summary>Joined, and its joining reported, by second 10.</summary>
    private void Settled(params string[] groups)
    {
        _host.Join(groups);
        _host.Network.Run(10);
        _host.Clear();
    }
}

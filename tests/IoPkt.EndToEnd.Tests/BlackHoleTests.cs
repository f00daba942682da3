using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>A link that drops what is too long for it and says nothing: a veth does that, when its other end has the smaller MTU. Linux's TCP is behind it, and asks for segments as large as ours.</summary>
public sealed class BlackHoleTests
{
    private const string Confirmed = "1 path MTUs lowered because only small packets arrived";

    private const string Source = """
        import socket, sys
        s = socket.create_connection((sys.argv[1], 7000))
        s.sendall(bytes(int(sys.argv[2])))
        """;

    [Fact]
    public async Task The_size_that_passes_is_found()
    {
        Requires.Preload();
        Requires.Root();
        Requires.Programs("ip", "python3");
        NetworkNamespace near = await NetworkNamespace.CreateAsync();
        using NetworkNamespace far = await NetworkNamespace.CreateAsync();
        (await near.RunAsync("sh", "-c", $"ip link add va type veth peer name vb netns {far.HolderId}; ip link set va up")).Succeeded();
        (await far.RunAsync("sh", "-c", "ip link set vb mtu 1400 up; ip addr add 10.5.0.1/24 dev vb; ip route change 10.5.0.0/24 dev vb advmss 1460")).Succeeded();
        await using StackUnderTest stack = await StackUnderTest.StartWithAsync(near, "", "-d", "packet", "if=va,offload=0");
        (await stack.ToolAsync("ifconfig", "pkt0", "10.5.0.2/24")).Succeeded();
        using Command sink = far.Start(null, "python3", "-c", StreamSink.Script, "2");
        await sink.WaitForOutputAsync("listening", TimeSpan.FromSeconds(30));

        (await stack.OverStackAsync("python3", "-c", Source, "10.5.0.1", "2000000")).Succeeded();
        await sink.WaitForOutputAsync("2000000", TimeSpan.FromSeconds(60));
        string first = (await stack.ToolAsync("netstat", "-s", "-p", "tcp")).Succeeded();
        Assert.Contains(Confirmed, first, StringComparison.Ordinal);

        // The next connection knows it.
        (await stack.OverStackAsync("python3", "-c", Source, "10.5.0.1", "3000000")).Succeeded();
        Assert.EndsWith("2000000\n3000000\n", (await sink.WaitAsync(TimeSpan.FromSeconds(60))).Succeeded(), StringComparison.Ordinal);
        string second = (await stack.ToolAsync("netstat", "-s", "-p", "tcp")).Succeeded();
        Assert.Contains(Confirmed, second, StringComparison.Ordinal);
    }
}

using System.Globalization;
using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>Whole files by an unmodified curl, both ways, over a clean wire and over a bad one.</summary>
public sealed class TransferTests
{
    private const long Gibibyte = 1L << 30;

    private static readonly long s_size = long.Parse(Environment.GetEnvironmentVariable("IOPKT_TRANSFER_BYTES") ?? Gibibyte.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_gibibyte_down_and_up_arrives_unchanged()
    {
        Requires.Preload();
        Requires.Programs("curl");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        await TransferAsync(stack, StackUnderTest.KernelAddress);
    }

    /// <summary>1 % of frames lost and 1 % reordered, each way, by a relay between the TAP and the kernel.</summary>
    [Fact]
    public async Task A_gibibyte_down_and_up_arrives_unchanged_over_a_lossy_wire()
    {
        Requires.Preload();
        Requires.Programs("curl");
        await using StackUnderTest stack = await StackUnderTest.StartAsync("offload=0,if=wire0");
        (await stack.OverKernelAsync("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/wire0/disable_ipv6 || true")).Succeeded();
        using Command relay = stack.StartOverKernel(Installation.Peer, "relay", "wire0", "kernel0", "--loss", "0.01", "--reorder", "0.01");
        await relay.WaitForOutputAsync("relaying", TimeSpan.FromSeconds(10));
        await KernelInterface.ConfigureAsync(stack.Network, "wire0", null);
        await KernelInterface.ConfigureAsync(stack.Network, "kernel0", StackUnderTest.KernelAddress);
        await TransferAsync(stack, StackUnderTest.KernelAddress);
    }

    private static async Task TransferAsync(StackUnderTest stack, string server)
    {
        DirectoryInfo served = stack.Folder.CreateSubdirectory("served");
        RandomFile file = RandomFile.Create(served, "file", s_size);
        using Command http = stack.StartOverKernel(Installation.Peer, "http", server, "8000", served.FullName);
        await http.WaitForOutputAsync("serving", TimeSpan.FromSeconds(10));

        string downloaded = Path.Combine(stack.Folder.FullName, "downloaded");
        // How long it takes is the machine's affair. A stall is ours: curl gives up when next to nothing has moved for ten seconds.
        TimeSpan limit = TimeSpan.FromMinutes(20);
        string[] curl = ["curl", "-sS", "--fail", "--speed-limit", "10000", "--speed-time", "10"];
        (await stack.OverStackAsync(limit, [.. curl, "-o", downloaded, $"http://{server}:8000/file"])).Succeeded();
        Assert.Equal(file.Hash, RandomFile.HashOf(downloaded));
        File.Delete(downloaded);

        string answer = (await stack.OverStackAsync(limit, [.. curl, "-T", file.Path, $"http://{server}:8000/upload"])).Succeeded();
        Assert.Equal(file.Hash, answer.Trim());
    }
}

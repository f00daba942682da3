using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>Programs that know nothing of io-pkt, each doing what people use it for.</summary>
public sealed class UnmodifiedProgramTests
{
    [Fact]
    public async Task Curl_says_at_once_that_nobody_listens()
    {
        Requires.Preload();
        Requires.Programs("curl");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        // curl's one-line message names the reason in some versions only; with -v each prints what SO_ERROR said. 7 is "failed to connect", 28 would be a timeout.
        Outcome curl = await stack.OverStackAsync("curl", "-sS", "-v", "--max-time", "5", $"http://{StackUnderTest.KernelAddress}:9/");
        Assert.Equal(7, curl.ExitCode);
        Assert.Contains("Connection refused", curl.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Python_serves_files_to_the_kernel()
    {
        Requires.Preload();
        Requires.Programs("python3", "curl");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        RandomFile file = RandomFile.Create(stack.Folder.CreateSubdirectory("files"), "file", 20 << 20);
        using Command server = stack.StartOverStack("python3", "-u", "-m", "http.server", "8080", "--directory", Path.GetDirectoryName(file.Path)!);
        await server.WaitForOutputAsync("Serving HTTP", TimeSpan.FromSeconds(20));
        string received = Path.Combine(stack.Folder.FullName, "received");
        (await stack.OverKernelAsync("curl", "-sS", "--fail", "-o", received, $"http://{StackUnderTest.StackAddress}:8080/file")).Succeeded();
        Assert.Equal(file.Hash, RandomFile.HashOf(received));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Netcat_talks_both_ways(bool datagrams)
    {
        Requires.Preload();
        Requires.Programs("nc");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        string[] udp = datagrams ? ["-u"] : [];
        using Command server = stack.StartOverStack(["sh", "-c", $"{{ sleep 1; echo from the stack; sleep 2; }} | nc {string.Join(' ', udp)} -l {(datagrams ? "-W 1 " : "")}-p 4000"]);
        await StackUnderTest.EventuallyAsync(async () =>
        {
            string sockets = (await stack.ToolAsync("netstat", "-an")).Succeeded();
            return (sockets.Contains("*.4000", StringComparison.Ordinal), sockets + server.Error);
        });
        Outcome client = await stack.OverKernelAsync("sh", "-c", $"echo from the kernel | nc {string.Join(' ', udp)} -w 3 {StackUnderTest.StackAddress} 4000");
        await server.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Contains("from the kernel", server.Output, StringComparison.Ordinal);
        if (!datagrams)
            Assert.Contains("from the stack", client.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_answers_a_benchmark_from_the_kernel()
    {
        Requires.Preload();
        Requires.Programs("redis-server", "redis-benchmark");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        using Command server = stack.StartOverStack("redis-server", "--port", "6379", "--save", "", "--protected-mode", "no", "--dir", stack.Folder.FullName);
        await server.WaitForOutputAsync("Ready to accept connections", TimeSpan.FromSeconds(20));
        string report = (await stack.OverKernelAsync("redis-benchmark", "-h", StackUnderTest.StackAddress, "-n", "20000", "-c", "50", "-q", "-t", "set,get,lrange_100")).Succeeded();
        Assert.Contains("GET:", report, StringComparison.Ordinal);
        Assert.DoesNotContain("rror", report, StringComparison.Ordinal);
    }

    /// <summary>The preload library's own checks: descriptors, dup, fork, exec, poll, epoll, timeouts, datagrams, options.</summary>
    [Fact]
    public async Task The_preload_librarys_self_test_passes()
    {
        Requires.Preload();
        Requires.Programs("cc");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        string program = Path.Combine(stack.Folder.FullName, "selftest");
        string[] sources = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "libsocket"), "*.c");
        (await stack.OverKernelAsync(["cc", "-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-o", program, .. sources, "-lpthread"])).Succeeded();
        Outcome outcome = await stack.OverStackAsync(program);
        TestContext.Current.SendDiagnosticMessage("{0}", outcome.Output);
        outcome.Succeeded();
    }

    [Fact]
    public async Task Without_SOCK_everything_passes_through()
    {
        Requires.Preload();
        Requires.Programs("curl");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        DirectoryInfo served = stack.Folder.CreateSubdirectory("served");
        File.WriteAllText(Path.Combine(served.FullName, "page"), "the kernel's own");
        using Command http = stack.StartOverKernel(Installation.Peer, "http", StackUnderTest.KernelAddress, "8000", served.FullName);
        await http.WaitForOutputAsync("serving", TimeSpan.FromSeconds(10));
        Dictionary<string, string?> preloaded = new() { ["LD_PRELOAD"] = Installation.Preload, ["SOCK"] = null };
        (await stack.OverKernelAsync("ip", "link", "set", "lo", "up")).Succeeded();
        Outcome curl = await stack.Network.RunAsync(TimeSpan.FromSeconds(20), preloaded, "curl", "-sS", $"http://{StackUnderTest.KernelAddress}:8000/page");
        Assert.Equal("the kernel's own", curl.Succeeded().TrimEnd('\n'));
        Assert.DoesNotContain("8000", (await stack.ToolAsync("netstat", "-an")).Succeeded(), StringComparison.Ordinal);
    }
}

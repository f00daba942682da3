using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

public sealed class ClientDeathTests
{
    /// <summary>A thousand transfers, each killed with SIGKILL in the middle: no socket and no buffer is lost.</summary>
    [Fact]
    public async Task A_thousand_killed_clients_leave_nothing()
    {
        Requires.Preload();
        Requires.Programs("curl", "sh", "seq", "xargs", "timeout");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        DirectoryInfo served = stack.Folder.CreateSubdirectory("served");
        RandomFile file = RandomFile.Create(served, "file", 256 << 20);
        using Command http = stack.StartOverKernel(Installation.Peer, "http", StackUnderTest.KernelAddress, "8000", served.FullName);
        await http.WaitForOutputAsync("serving", TimeSpan.FromSeconds(10));
        long before = await stack.BuffersInUseAsync();

        string url = $"http://{StackUnderTest.KernelAddress}:8000";
        // Downloads and uploads by turns, ten at a time; each has a tenth of a second to get going before it's killed.
        Outcome kills = await stack.OverStackAsync(TimeSpan.FromMinutes(4), "sh", "-c",
            $"seq 1000 | xargs -P 10 -I N sh -c 'if [ $((N % 2)) = 0 ]; then set -- -o /dev/null {url}/file; else set -- -o /dev/null -T {file.Path} {url}/up; fi; timeout -s KILL 0.15 curl -sS \"$@\"; true'");
        kills.Succeeded();

        await StackUnderTest.EventuallyAsync(async () =>
        {
            string sockets = (await stack.ToolAsync("netstat", "-an", "-p", "tcp")).Succeeded();
            int alive = sockets.Split('\n').Count(l => l.StartsWith("tcp", StringComparison.Ordinal) && !l.Contains("TIME_WAIT", StringComparison.Ordinal));
            long buffers = await stack.BuffersInUseAsync();
            // What is in use at rest is one batch's worth, not exactly zero: a receive buffer that waits for the next frame, for each queue.
            return (alive == 0 && buffers <= before + 8, $"{alive} sockets, {buffers} buffers of {before}\n{sockets}");
        }, seconds: 60);
    }
}

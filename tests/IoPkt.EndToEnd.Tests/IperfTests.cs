using System.Globalization;
using System.Text.Json;
using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>An unmodified iperf3 at either end: the client on the stack and the server on the kernel, and the other way round.</summary>
public sealed class IperfTests
{
    private static readonly string s_seconds = Environment.GetEnvironmentVariable("IOPKT_IPERF_SECONDS") ?? "10";

    [Theory]
    [InlineData("")]
    [InlineData("-R")]
    [InlineData("-P 8")]
    [InlineData("--bidir")]
    public async Task Client_on_the_stack(string options)
    {
        Requires.Preload();
        Requires.Programs("iperf3");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        using Command server = stack.StartOverKernel("iperf3", "-s", "-1", "-B", StackUnderTest.KernelAddress, "--forceflush");
        await server.WaitForOutputAsync("Server listening", TimeSpan.FromSeconds(10));
        Check(options, await stack.OverStackAsync(["iperf3", "-J", "-c", StackUnderTest.KernelAddress, "-t", s_seconds, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]));
        await server.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-R")]
    [InlineData("-P 8")]
    [InlineData("--bidir")]
    public async Task Server_on_the_stack(string options)
    {
        Requires.Preload();
        Requires.Programs("iperf3");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        using Command server = stack.StartOverStack("iperf3", "-s", "-1", "--forceflush");
        await server.WaitForOutputAsync("Server listening", TimeSpan.FromSeconds(10));
        Check(options, await stack.OverKernelAsync(["iperf3", "-J", "-c", StackUnderTest.StackAddress, "-t", s_seconds, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]));
        await server.WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>Every direction moved data in every second: no stall, whatever the speed of the machine.</summary>
    private static void Check(string options, Outcome outcome)
    {
        using JsonDocument report = JsonDocument.Parse(outcome.Succeeded());
        JsonElement end = report.RootElement.GetProperty("end");
        List<string> sums = ["sum_received"];
        if (options == "--bidir")
            sums.Add("sum_received_bidir_reverse");
        foreach (string sum in sums)
        {
            double rate = end.GetProperty(sum).GetProperty("bits_per_second").GetDouble();
            TestContext.Current.SendDiagnosticMessage("iperf3 {0} {1}: {2} Gbit/s", options, sum, (rate / 1e9).ToString("0.00", CultureInfo.InvariantCulture));
            Assert.True(rate > 1e6, $"{sum}: {rate} bit/s");
        }
        foreach (JsonElement interval in report.RootElement.GetProperty("intervals").EnumerateArray())
        {
            // The last, partial interval may be empty.
            JsonElement sum = interval.GetProperty("sum");
            if (sum.GetProperty("seconds").GetDouble() > 0.5)
                Assert.True(sum.GetProperty("bytes").GetDouble() > 0, $"nothing moved in the second from {sum.GetProperty("start")}");
        }
    }
}

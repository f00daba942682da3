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
        await FileTransfer.BothWaysAsync(stack, s_size);
    }

    /// <summary>1 % of frames lost and 1 % reordered, each way, by a relay between the TAP and the kernel.</summary>
    [Fact]
    public async Task A_gibibyte_down_and_up_arrives_unchanged_over_a_lossy_wire()
    {
        Requires.Preload();
        Requires.Programs("curl");
        await using StackUnderTest stack = await StackUnderTest.StartAsync(LossyWire.DriverOptions);
        using Command relay = await LossyWire.StartAsync(stack, 1500, "--loss", "0.01", "--reorder", "0.01");
        await FileTransfer.BothWaysAsync(stack, s_size);
    }
}

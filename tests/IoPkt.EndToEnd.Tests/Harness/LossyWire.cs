namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>A relay between io-pkt's TAP and the kernel, which loses and reorders frames.</summary>
internal static class LossyWire
{
    private const string HostSide = "wire0", KernelSide = "kernel0";

    /// <summary>For <see cref="StackUnderTest.StartAsync"/>: frames are relayed as they are, so there are no offloads.</summary>
    public const string DriverOptions = $"offload=0,if={HostSide}";

    /// <param name="stack">Started with <see cref="DriverOptions"/>.</param>
    /// <param name="mtu">Of the kernel's side.</param>
    /// <param name="options">Of <c>peer relay</c>.</param>
    public static async Task<Command> StartAsync(StackUnderTest stack, int mtu, params string[] options)
    {
        Requires.Programs("ip");
        (await stack.OverKernelAsync("sh", "-c", $"echo 1 > /proc/sys/net/ipv6/conf/{HostSide}/disable_ipv6 || true")).Succeeded();
        Command relay = stack.StartOverKernel([Installation.Peer, "relay", HostSide, KernelSide, .. options]);
        await relay.WaitForOutputAsync("relaying", TimeSpan.FromSeconds(10));
        await KernelInterface.ConfigureAsync(stack.Network, HostSide, null);
        (await stack.OverKernelAsync("ip", "link", "set", KernelSide, "mtu", $"{mtu}")).Succeeded();
        await KernelInterface.ConfigureAsync(stack.Network, KernelSide, StackUnderTest.KernelAddress);
        return relay;
    }
}

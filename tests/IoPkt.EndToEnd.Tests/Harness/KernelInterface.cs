namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>Sets up an interface on the kernel's side.</summary>
internal static class KernelInterface
{
    /// <param name="network">Where the interface is.</param>
    /// <param name="name">Which.</param>
    /// <param name="address">Its address in a /24, or none.</param>
    public static async Task ConfigureAsync(NetworkNamespace network, string name, string? address)
    {
        Requires.Programs("ip");
        (await network.RunAsync("ip", "link", "set", name, "up")).Succeeded();
        if (address is not null)
            (await network.RunAsync("ip", "addr", "add", $"{address}/24", "dev", name)).Succeeded();
    }
}

using System.Globalization;

namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>A daemon that has gone to the background, and is nobody's child.</summary>
internal static class BackgroundDaemon
{
    /// <summary>Ends it as an administrator does, and waits until its names are gone.</summary>
    public static async Task StopAsync(NetworkNamespace network, string prefix)
    {
        // By the host's own program: the framework would want a lock of the file, which is the daemon's.
        string owner = (await network.RunAsync("cat", Path.Combine(prefix, "dev/socket/.io-pkt.lock"))).Succeeded();
        NativeMethods.Kill(int.Parse(owner.Split('\n')[0].Split(' ')[^1], CultureInfo.InvariantCulture), NativeMethods.Terminate);
        await StackUnderTest.EventuallyAsync(() => Task.FromResult((!Directory.Exists(prefix), $"{prefix} is still there")));
    }
}

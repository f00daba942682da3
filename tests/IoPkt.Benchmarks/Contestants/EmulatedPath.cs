using System.Globalization;
using IoPkt.Benchmarks.Harness;

namespace IoPkt.Benchmarks.Contestants;

/// <summary>
/// A path of 100 Mbit/s and 50 ms with a queue of one bandwidth-delay product, which loses a part of the frames that come from the contestant. The same program makes it for each of them, in real time.
/// </summary>
/// <param name="CongestionControl">What the sender uses.</param>
/// <param name="Loss">0 to 1.</param>
internal sealed record EmulatedPath(string CongestionControl, double Loss)
{
    private const int MegabitsPerSecond = 100, DelayMilliseconds = 25, QueueBytes = MegabitsPerSecond * 1_000_000 / 8 * 2 * DelayMilliseconds / 1000;

    /// <summary>The interface at the load generator's end.</summary>
    private const string Near = "near0";

    /// <summary>What "load serve" is told of it.</summary>
    public static string[] ServerOptions(EmulatedPath? path) => path is null ? [] : [path.CongestionControl];

    /// <param name="network">Where the load generator is.</param>
    /// <param name="device">The contestant's end: an interface there, or one to be made.</param>
    /// <param name="address">The load generator's, with its prefix length.</param>
    public async Task<Child> StartAsync(PrivateNetwork network, string device, string address)
    {
        Child relay = network.Start(null, Programs.Peer, "relay", device, Near, "--frames", "from", "--reorder", "0", "--loss", Text(Loss),
            "--rate", Text(MegabitsPerSecond), "--delay", Text(DelayMilliseconds), "--queue", Text(QueueBytes));
        await relay.ReadLineAsync("peer relay").ConfigureAwait(false);
        relay.Discard();
        await network.ConfigureAsync(Near, address).ConfigureAwait(false);
        return relay;
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}

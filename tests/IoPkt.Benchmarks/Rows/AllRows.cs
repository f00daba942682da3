using System.Globalization;
using IoPkt.Benchmarks.Contestants;

namespace IoPkt.Benchmarks.Rows;

/// <summary>Every row, in the order of the report.</summary>
internal static class AllRows
{
    private const string Floor = "floor", Kernel = "kernel", Embedded = "embedded", Sockrun = "sockrun";
    private const string FloorPlain = "floor-plain", EmbeddedPlain = "embedded-plain", SockrunPlain = "sockrun-plain";

    private static readonly string[] s_all = [Floor, Kernel, Embedded, Sockrun];
    private static readonly string[] s_plain = [FloorPlain, EmbeddedPlain, SockrunPlain];
    private static readonly string[] s_kernelAndOurs = [Kernel, Embedded, Sockrun];
    private static readonly string[] s_programs = [Kernel, Sockrun];

    private static readonly Aim[] s_streamAims =
        [new(Embedded, Floor, 0.8), new(Embedded, Kernel, 1), new(Sockrun, Floor, 0.35), new(Sockrun, Kernel, 0.5)];

    private static readonly Aim[] s_plainAims = [new(EmbeddedPlain, FloorPlain, 0.9)];
    private static readonly Aim[] s_datagramAims = [new(Embedded, Floor, 0.8)];
    private static readonly Aim[] s_httpAims = [new(Sockrun, Kernel, 0.6)];

    public static IReadOnlyList<Row> List { get; } =
    [
        Stream("stream-in", "one stream from a kernel's sender", "send", 1, s_all, s_streamAims),
        Stream("stream-out", "one stream to a kernel's reader", "recv", 1, s_all, s_streamAims),
        Stream("streams-in-8", "eight streams from a kernel's senders", "send", 8, s_kernelAndOurs, []),
        Stream("streams-out-8", "eight streams to a kernel's readers", "recv", 8, s_kernelAndOurs, []),
        Stream("streams-in-64", "64 streams from a kernel's senders", "send", 64, s_kernelAndOurs, []),
        Stream("streams-out-64", "64 streams to a kernel's readers", "recv", 64, s_kernelAndOurs, []),
        Stream("plain-in", "one stream in frames of 1500 bytes, no offload", "send", 1, s_plain, s_plainAims),
        Stream("plain-out", "one stream out frames of 1500 bytes, no offload", "recv", 1, s_plain, s_plainAims),
        new("rr", "one byte there and back, median", "µs", true, s_all, [new(Embedded, Kernel, 1.05), new(Sockrun, Kernel, 1.4)],
            (contestant, seconds) => contestant.LoadAsync("rr", Text(seconds))),
        new("rr-bulk", "the same while a bulk stream comes in", "µs", true, s_kernelAndOurs, [], RoundTripsUnderLoad.MeasureAsync),
        Datagrams("udp-in", "64-byte datagrams from a kernel's sender"),
        Datagrams("udp-out", "64-byte datagrams to a kernel's reader"),
        Datagrams("udp-echo", "64-byte datagrams there and back"),
        new("http-connections", "requests a second, a connection each, nginx and wrk", "k/s", false, s_programs, s_httpAims,
            (contestant, seconds) => WebServer.MeasureAsync(contestant, seconds, keepAlive: false)),
        new("http-keepalive", "requests a second over 64 connections, nginx and wrk", "k/s", false, s_programs, s_httpAims,
            (contestant, seconds) => WebServer.MeasureAsync(contestant, seconds, keepAlive: true)),
        new("memory", "resident memory, idle", "MB", true, ["start"], [], Memory.IdleAsync),
        new("connections-10000", "bytes of resident memory an idle connection, daemon only", "B", true, [Embedded, Sockrun], [],
            (contestant, _) => Memory.PerConnectionAsync(contestant, 10_000)),
        Loss(0, "0"),
        Loss(0.001, "0.1"),
        Loss(0.01, "1"),
        Loss(0.05, "5"),
        new("start", "from exec to the first answered ping", "ms", true, ["start"], [], StartUp.MeasureAsync),
    ];

    private static Row Stream(string name, string description, string how, int streams, string[] contestants, Aim[] aims) =>
        new(name, description, "Gbit/s", false, contestants, aims,
            async (contestant, seconds) => PerGigabyte.Add(await contestant.LoadAsync(how, Text(seconds), Text(streams)).ConfigureAwait(false)));

    private static Row Loss(double loss, string percent) => new($"loss-{percent}", $"one stream over 100 Mbit/s and 50 ms, {percent} % of frames lost, 30 s", "Mbit/s", false,
        [.. ((string[])["kernel-cubic", "sockrun-cubic", "kernel-reno", "sockrun-reno", "kernel-bbr", "sockrun-bbr"]).Select(name => $"{name}@{Text(loss)}")],
        [new("sockrun-cubic", "kernel-cubic", 1)],
        async (contestant, _) =>
        {
            Sample sample = await contestant.LoadAsync("recv", "30", "1").ConfigureAwait(false);
            return sample with { Value = sample.Value * 1000 };
        })
    {
        OnRequest = true,
    };

    private static Row Datagrams(string how, string description) =>
        new(how, description, "k/s", false, s_all, s_datagramAims, (contestant, seconds) => contestant.LoadAsync(how, Text(seconds)));

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}

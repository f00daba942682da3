using System.Globalization;
using IoPkt.Benchmarks.Contestants;
using IoPkt.Benchmarks.Harness;

namespace IoPkt.Benchmarks.Rows;

/// <summary>Every row, in the order of the report.</summary>
internal static class AllRows
{
    private const string Floor = "floor", Kernel = "kernel", Embedded = "embedded", Sockrun = "sockrun";
    private const string FloorPlain = "floor-plain", EmbeddedPlain = "embedded-plain", SockrunPlain = "sockrun-plain";
    private const string EmbeddedPacket = "embedded-packet", SockrunPacket = "sockrun-packet", Gateway = "gateway", PlainGateway = "gateway-plain";

    private static readonly string[] s_all = [Floor, Kernel, Embedded, Sockrun];
    private static readonly string[] s_plain = [FloorPlain, EmbeddedPlain, SockrunPlain];
    private static readonly string[] s_packet = [FloorPlain, Kernel, EmbeddedPacket, SockrunPacket];
    private static readonly string[] s_gateways = ["floor-gateway", "kernel-gateway", Gateway, $"{Gateway}-slow", PlainGateway, $"{PlainGateway}-slow"];
    private static readonly string[] s_variants = ["io-pkt-v4", "io-pkt-v4-hc", "io-pkt-v6-hc"];
    private static readonly string[] s_kernelAndOurs = [Kernel, Embedded, Sockrun];
    private static readonly string[] s_programs = [Kernel, Sockrun];

    private static readonly Aim[] s_streamAims =
        [new(Embedded, Floor, 0.8), new(Embedded, Kernel, 1), new(Sockrun, Floor, 0.35), new(Sockrun, Kernel, 0.5)];

    private static readonly Aim[] s_plainAims = [new(EmbeddedPlain, FloorPlain, 0.9)];
    private static readonly Aim[] s_packetAims = [new(EmbeddedPacket, FloorPlain, 0.9)];
    private static readonly Aim[] s_forwardAims =
        [new(Gateway, "floor-gateway", 0.8), new(PlainGateway, "floor-gateway", 0.8), new(Gateway, $"{Gateway}-slow", 1.5), new(PlainGateway, $"{PlainGateway}-slow", 1.5)];
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
        Stream("packet-in", "one stream from a kernel's sender, over a veth and devnp-packet", "send", 1, s_packet, s_packetAims),
        Stream("packet-out", "one stream to a kernel's reader, over a veth and devnp-packet", "recv", 1, s_packet, s_packetAims),
        new("rr", "one byte there and back, median", "µs", true, s_all, [new(Embedded, Kernel, 1.05), new(Sockrun, Kernel, 1.4)],
            (contestant, seconds) => contestant.LoadAsync("rr", Text(seconds))),
        new("packet-rr", "the same over a veth and devnp-packet", "µs", true, s_packet, [], (contestant, seconds) => contestant.LoadAsync("rr", Text(seconds))),
        new("rr-bulk", "the same while a bulk stream comes in", "µs", true, s_kernelAndOurs, [], RoundTripsUnderLoad.MeasureAsync),
        Datagrams("udp-in", "64-byte datagrams from a kernel's sender"),
        Datagrams("udp-out", "64-byte datagrams to a kernel's reader"),
        Datagrams("udp-echo", "64-byte datagrams there and back"),
        new("forward", "64-byte frames from one TAP to another, a second", "k/s", false, s_gateways, s_forwardAims,
            (contestant, seconds) => ((GatewayContestant)contestant).ForwardAsync(seconds)),
        new("http-connections", "requests a second, a connection each, nginx and wrk", "k/s", false, s_programs, s_httpAims,
            (contestant, seconds) => WebServer.MeasureAsync(contestant, seconds, keepAlive: false)),
        new("http-keepalive", "requests a second over 64 connections, nginx and wrk", "k/s", false, s_programs, s_httpAims,
            (contestant, seconds) => WebServer.MeasureAsync(contestant, seconds, keepAlive: true)),
        new("memory", "resident memory, idle", "MB", true, s_variants, [], Memory.IdleAsync) { IsRehearsed = false },
        Connections("10000", 10_000) with { MostRuns = 3 },
        Connections("100000", 100_000) with { MostRuns = 1 },
        new("start", "from exec to the first answered ping", "ms", true, s_variants[..1], [], StartUp.MeasureAsync) { IsRehearsed = false },
        Loss(0, "0"),
        Loss(0.001, "0.1"),
        Loss(0.01, "1"),
        Loss(0.05, "5"),
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
        IsRehearsed = false,
    };

    private static Row Connections(string name, int count) => new($"connections-{name}", "bytes of resident memory an idle connection, daemon only", "B", true, [Embedded, Sockrun], [],
        (contestant, _) => Memory.PerConnectionAsync(contestant, count))
    {
        IsRehearsed = false,
        Obstacle = contestant => contestant == Sockrun && DescriptorLimit.Current is var limit && limit < count + 500
            ? $"{count} connections are as many descriptors of one process, and the limit is {limit} (ulimit -Hn)"
            : null,
    };

    private static Row Datagrams(string how, string description) =>
        new(how, description, "k/s", false, s_all, s_datagramAims, (contestant, seconds) => contestant.LoadAsync(how, Text(seconds)));

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}

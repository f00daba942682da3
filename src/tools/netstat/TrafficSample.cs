using IoPkt.Wire.Management;

namespace IoPkt.Tools.Netstat;

/// <summary>Counters of one moment, or of the time between two.</summary>
internal readonly record struct TrafficSample(long PacketsIn, long BytesIn, long ErrorsIn, long PacketsOut, long BytesOut, long ErrorsOut, long Drops)
{
    public static TrafficSample operator +(TrafficSample a, TrafficSample b) => new(
        a.PacketsIn + b.PacketsIn, a.BytesIn + b.BytesIn, a.ErrorsIn + b.ErrorsIn,
        a.PacketsOut + b.PacketsOut, a.BytesOut + b.BytesOut, a.ErrorsOut + b.ErrorsOut, a.Drops + b.Drops);

    public static TrafficSample operator -(TrafficSample a, TrafficSample b) => new(
        a.PacketsIn - b.PacketsIn, a.BytesIn - b.BytesIn, a.ErrorsIn - b.ErrorsIn,
        a.PacketsOut - b.PacketsOut, a.BytesOut - b.BytesOut, a.ErrorsOut - b.ErrorsOut, a.Drops - b.Drops);

    public static TrafficSample Of(InterfaceInfo measured)
    {
        TrafficCounters received = InterfaceTablePrinter.Total(measured, i => i.Received, q => q.Received);
        TrafficCounters sent = InterfaceTablePrinter.Total(measured, i => i.Transmitted, q => q.Transmitted);
        return new TrafficSample(
            received.Packets, received.Bytes, received.Errors, sent.Packets, sent.Bytes, sent.Errors, received.Drops + sent.Drops);
    }
}

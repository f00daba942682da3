namespace IoPkt.Benchmarks.Embedded;

/// <summary>As in <c>load.c</c>.</summary>
internal static class ServicePorts
{
    public const ushort Sink = 5001, Source = 5002, Hold = 5003, Echo = 7;

    /// <summary>UDP.</summary>
    public const ushort Count = 9, Generate = 19, DatagramEcho = 7;
}

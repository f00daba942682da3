namespace IoPkt.Simulator;

/// <summary>A packet on a link: its bytes and the marks of work left to a device.</summary>
internal readonly struct SimulatedPacket
{
    /// <summary>Rented; <see cref="Length"/> of them count.</summary>
    public required byte[] Bytes { get; init; }

    public required int Length { get; init; }

    /// <summary>The end that receives it.</summary>
    public required int Destination { get; init; }

    /// <summary>A bit was changed on the way.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>Which connection between its ports it's of: see <see cref="Flow.Incarnation"/>.</summary>
    public int Incarnation { get; init; }

    /// <summary>As the sender's stack left them; the length in them doesn't count.</summary>
    public PacketHeader Marks { get; init; }

    public ReadOnlySpan<byte> Span => Bytes.AsSpan(0, Length);
}

namespace IoPkt.Simulator;

/// <summary>Everything about one run, drawn from its seed.</summary>
internal sealed record Scenario
{
    public required int Seed { get; init; }

    public required LinkProfile[] Links { get; init; }

    public required int[] Mtus { get; init; }

    /// <summary>Checksums and segmentation are left to devices, so that packets of up to 64 KiB pass whole.</summary>
    public bool Offloads { get; init; }

    public HostFeatures[] Features { get; init; } = [new(), new()];

    /// <summary>Stands at B in place of a stack, for the one connection; <c>null</c>: there are two stacks.</summary>
    public PeerPlan? Peer { get; init; }

    public int Backlog { get; init; } = 16;

    /// <summary>TCP_DEFER_ACCEPT of the listener, in microseconds.</summary>
    public long DeferAccept { get; init; }

    public required ConnectionPlan[] Connections { get; init; }

    /// <summary>Connections are begun this far apart.</summary>
    public long Spacing { get; init; }

    /// <summary>Each begins when the one before has ended.</summary>
    public bool IsSequential { get; init; }

    /// <summary>All of them from one port, through the other end's TIME-WAIT, or its own.</summary>
    public bool ReusesPort { get; init; }

    /// <summary>The most memory that each stack has; 0: enough.</summary>
    public int PoolBytes { get; init; }

    /// <summary>Segments may be dropped between TCP and the wire.</summary>
    public bool DropsInside => PoolBytes > 0 || Array.Exists(Links, l => l.PathMtu > 0 || l.MtuChangesAt != long.MaxValue);

    public long TotalBytes => Connections.Sum(c => (long)c.Client.BytesToSend + c.Server.BytesToSend);

    public bool IsDeadInTheEnd => Links[0].IsDeadInTheEnd || Links[1].IsDeadInTheEnd;

    public override string ToString() =>
        $"seed {Seed}: MTU {Mtus[0]}/{Mtus[1]}{(Offloads ? ", offloads" : "")}, A {Features[0]}{(Peer is null ? $", B {Features[1]}" : "")}, backlog {Backlog}"
        + $"{(DeferAccept > 0 ? $", TCP_DEFER_ACCEPT {DeferAccept} us" : "")}, {(IsSequential ? "one after the other, " : "")}spacing {Spacing} us{(ReusesPort ? ", one port" : "")}"
        + $"{(PoolBytes > 0 ? $", pools of {PoolBytes} bytes" : "")}\n  A>B {Links[0]}\n  B>A {Links[1]}\n"
        + (Peer is null ? "" : $"  B is a crude peer: {Peer}\n")
        + string.Join('\n', Connections.Select((c, i) => $"  {i}: {c}"));
}

namespace IoPkt.Stack.Tests.Simulation;

/// <summary>Everything about one run, drawn from its seed.</summary>
internal sealed record Scenario
{
    public required int Seed { get; init; }

    public required LinkProfile[] Links { get; init; }

    public required int[] Mtus { get; init; }

    public bool Offloads { get; init; }

    public bool Sack { get; init; } = true;

    public bool Timestamps { get; init; } = true;

    public bool WindowScaling { get; init; } = true;

    public string CongestionControl { get; init; } = "cubic";

    public bool Ecn { get; init; }

    public int Backlog { get; init; } = 16;

    /// <summary>For each connection: the plan of the end that connects and of the one that accepts.</summary>
    public required (ApplicationPlan Client, ApplicationPlan Server)[] Connections { get; init; }

    /// <summary>Connections are begun this far apart.</summary>
    public long Spacing { get; init; }

    public override string ToString() =>
        $"seed {Seed}: mtu {Mtus[0]}/{Mtus[1]}{(Offloads ? " offloads" : "")}{(Sack ? " sack" : "")}{(Timestamps ? " timestamps" : "")}"
        + $"{(WindowScaling ? " scaling" : "")}{(Ecn ? " ecn" : "")} {CongestionControl} backlog {Backlog} spacing {Spacing}\n  A>B {Links[0]}\n  B>A {Links[1]}\n"
        + string.Join('\n', Connections.Select((c, i) => $"  {i}: {c.Client}\n     {c.Server}"));

    public static Scenario FromSeed(int seed)
    {
        Random random = new(seed);
        bool offloads = random.Next(3) == 0;
        int mtu = random.Next(4) switch { 0 => 1500, 1 => 576, 2 => 9000, _ => random.Next(300, 3000) };
        int count = random.Next(10) switch { 0 => random.Next(2, 20), < 3 => 2, _ => 1 };
        (ApplicationPlan, ApplicationPlan)[] connections = new (ApplicationPlan, ApplicationPlan)[count];
        int largest = random.Next(20) == 0 ? 1_000_000 : random.Next(3) == 0 ? 200_000 : 20_000;
        for (int i = 0; i < count; i++)
            connections[i] = (DrawPlan(random, largest / count), DrawPlan(random, largest / count));
        LinkProfile link = DrawLink(random, largest);
        return new Scenario
        {
            Seed = seed,
            Links = [link, random.Next(2) == 0 ? link : DrawLink(random, largest)],
            Mtus = [mtu, random.Next(3) == 0 ? random.Next(300, 3000) : mtu],
            Offloads = offloads,
            Sack = random.Next(4) != 0,
            Timestamps = random.Next(4) != 0,
            WindowScaling = random.Next(4) != 0,
            Backlog = random.Next(4) == 0 ? 1 : 16,
            Spacing = random.Next(2) == 0 ? 0 : random.Next(100_000),
            Connections = connections,
            CongestionControl = random.Next(4) switch { 0 => "bbr", 1 => "newreno", _ => "cubic" },
            Ecn = random.Next(3) == 0,
        };
    }

    private static LinkProfile DrawLink(Random random, int size)
    {
        bool clean = random.Next(4) == 0;
        long delay = random.Next(4) switch { 0 => random.Next(1, 100), 1 => random.Next(100, 5000), 2 => random.Next(5000, 50_000), _ => random.Next(50_000, 400_000) };
        return new LinkProfile
        {
            Delay = delay,
            Jitter = random.Next(3) == 0 ? random.NextInt64(1, delay + 2) : 0,
            // Slow enough to matter, fast enough that a run ends.
            Bandwidth = random.Next(2) == 0 ? 0 : random.NextInt64(Math.Max(100_000, size * 2L), 100_000_000),
            QueueBytes = random.Next(3_000, 300_000),
            Loss = clean ? 0 : random.Next(3) switch { 0 => random.NextDouble() * 0.01, 1 => random.NextDouble() * 0.05, _ => random.NextDouble() * 0.15 },
            LossAfterLoss = !clean && random.Next(4) == 0 ? random.NextDouble() * 0.6 : 0,
            Duplication = clean ? 0 : random.Next(3) == 0 ? random.NextDouble() * 0.1 : 0,
            Reordering = clean ? 0 : random.Next(3) == 0 ? random.NextDouble() * 0.2 : 0,
            ReorderDelay = random.NextInt64(1, 2 * delay + 1000),
            Corruption = clean ? 0 : random.Next(4) == 0 ? random.NextDouble() * 0.05 : 0,
            LostPackets = random.Next(4) == 0 ? new HashSet<int> { random.Next(1, 12), random.Next(1, 12) } : new HashSet<int>(),
        };
    }

    private static ApplicationPlan DrawPlan(Random random, int largest) => new()
    {
        BytesToSend = random.Next(6) == 0 ? random.Next(3) : random.Next(largest),
        LargestWrite = random.Next(5) switch { 0 => 100, 1 => 1460, _ => 65536 } is var write && largest > 100_000 ? Math.Max(write, 1460) : write,
        LargestRead = random.Next(4) == 0 ? 1000 : 65536,
        ReadPause = random.Next(4) == 0 ? random.Next(1, 50_000) : 0,
        WritePause = random.Next(6) == 0 ? random.Next(1, 20_000) : 0,
        ClosesEarly = random.Next(20) == 0,
        SendsLast = false,
        AbortAt = random.Next(20) == 0 ? random.Next(1_000_000) : null,
        NoDelay = random.Next(3) == 0,
        ReceiveBuffer = random.Next(4) == 0 ? random.Next(1500, 60_000) : 0,
        SendBuffer = random.Next(4) == 0 ? random.Next(1, 60_000) : 0,
    };
}

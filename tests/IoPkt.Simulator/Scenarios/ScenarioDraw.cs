namespace IoPkt.Simulator;

/// <summary>Makes a scenario of a seed. Most are small, so that there can be many; each rarity is common enough to meet every other in a long run.</summary>
internal static class ScenarioDraw
{
    public static Scenario FromSeed(int seed)
    {
        Random random = new(seed);
        bool hasPeer = random.Next(4) == 0;
        int count = hasPeer ? 1 : random.Next(10) switch { 0 => random.Next(2, 20), < 3 => 2, _ => 1 };
        int largest = !hasPeer && random.Next(40) == 0 ? 1_000_000 : random.Next(4) == 0 ? 150_000 : 15_000;
        bool isDead = !hasPeer && random.Next(24) == 0;
        ConnectionPlan[] connections = new ConnectionPlan[count];
        for (int i = 0; i < count; i++)
            connections[i] = Connection(random, largest / count, isDead);
        LinkProfile there = Link(random, largest, isDead), back = random.Next(2) == 0 && !isDead ? there : Link(random, largest, isDead);
        int mtu = random.Next(4) switch { 0 => 1500, 1 => 576, 2 => 9000, _ => random.Next(300, 3000) };
        bool isSequential = count > 1 && random.Next(3) == 0;
        bool reusesPort = isSequential && random.Next(2) == 0;
        for (int i = 0; i < count && reusesPort; i++)
            connections[i] = Politely(connections[i]);
        if (hasPeer)
        {
            connections[0] = connections[0] with { Opening = Opening.Passive, Client = connections[0].Client with { KeepsAlive = true, SendsLast = false } };
            // The peer knows nothing of path MTU discovery.
            back = back with { PathMtu = 0, MtuChangesAt = long.MaxValue };
        }
        return new Scenario
        {
            Seed = seed,
            Links = [there, back],
            Mtus = [mtu, random.Next(3) == 0 ? random.Next(300, 3000) : mtu],
            Offloads = random.Next(3) == 0,
            PoolBytes = random.Next(12) == 0 ? random.Next(400_000, 3_000_000) : 0,
            Features = [Features(random), Features(random)],
            Peer = hasPeer ? PeerDraw.Draw(random, largest) : null,
            Backlog = random.Next(4) == 0 ? 1 : 16,
            DeferAccept = random.Next(10) == 0 ? random.Next(1, 3_000_000) : 0,
            Connections = connections,
            Spacing = random.Next(2) == 0 ? 0 : random.Next(100_000),
            IsSequential = isSequential,
            ReusesPort = reusesPort,
        };
    }

    /// <summary>With one port for all, an accepted connection is known by its turn.</summary>
    private static ConnectionPlan Politely(ConnectionPlan plan) => plan with { Client = Politely(plan.Client), Server = Politely(plan.Server) };

    private static ApplicationPlan Politely(ApplicationPlan plan) => plan with { AbortAt = null, CloseAt = null, ClosesEarly = false, ResetsOnClose = false };

    private static HostFeatures Features(Random random) => new()
    {
        Sack = random.Next(6) != 0,
        Timestamps = random.Next(6) != 0,
        WindowScaling = random.Next(6) != 0,
        BufferAutotuning = random.Next(6) != 0,
        Ecn = random.Next(3) == 0,
        SynCookies = random.Next(4) != 0,
        FastOpen = random.Next(4) == 0,
    };

    private static LinkProfile Link(Random random, int size, bool isDead)
    {
        bool isClean = random.Next(4) == 0;
        long delay = random.Next(4) switch { 0 => random.Next(1, 100), 1 => random.Next(100, 5000), 2 => random.Next(5000, 50_000), _ => random.Next(50_000, 400_000) };
        int queue = random.Next(3_000, 300_000);
        LinkProfile link = new()
        {
            Delay = delay,
            Jitter = random.Next(3) == 0 ? random.NextInt64(1, delay + 2) : 0,
            // Slow enough to matter, fast enough that a run ends.
            Bandwidth = random.Next(2) == 0 ? 0 : random.NextInt64(Math.Max(100_000, size * 2L), 100_000_000),
            QueueBytes = queue,
            MarkingThreshold = random.Next(4) == 0 ? random.Next(1, Math.Min(queue, 20_000)) : 0,
            Loss = isClean ? 0 : random.Next(3) switch { 0 => random.NextDouble() * 0.01, 1 => random.NextDouble() * 0.05, _ => random.NextDouble() * 0.15 },
            LossAfterLoss = !isClean && random.Next(4) == 0 ? random.NextDouble() * 0.25 : 0,
            Duplication = Rarely(3, 0.1),
            Reordering = Rarely(3, 0.2),
            ReorderDelay = random.NextInt64(1, 2 * delay + 1000),
            Corruption = Rarely(4, 0.05),
            Padding = Rarely(4, 0.3),
            LostByte = isClean || random.Next(8) != 0 ? 0 : random.Next(1, size),
            LostTimes = random.Next(1, 7),
            LargestGroup = random.Next(2) == 0 ? 0 : random.Next(1, 45),
            LostPackets = random.Next(4) == 0 ? new HashSet<int> { random.Next(1, 12), random.Next(1, 12) } : new HashSet<int>(),
        };
        if (random.Next(8) == 0)
            link = link with { PathMtu = random.Next(552, 9000) };
        if (random.Next(8) == 0)
            link = link with { MtuChangesAt = random.Next(1, 500_000), LaterPathMtu = random.Next(552, 1500) };
        // What is no longer than this isn't suspected of being too long.
        if (random.Next(3) == 0 && (link.PathMtu > 0 || link.LaterPathMtu > 0))
            link = link with { IsSilent = true, PathMtu = AtLeast(link.PathMtu, PathMtuSearch.Unsuspected), LaterPathMtu = AtLeast(link.LaterPathMtu, PathMtuSearch.Unsuspected) };
        long outage = random.Next(1, 1_000_000);
        if (isDead)
            link = link with { OutageFrom = outage };
        else if (random.Next(30) == 0)
            link = link with { OutageFrom = outage, OutageUntil = outage + random.Next(1, 30_000_000) };
        return link;

        static int AtLeast(int mtu, int least) => mtu == 0 ? 0 : Math.Max(mtu, least);

        double Rarely(int oneIn, double most) => !isClean && random.Next(oneIn) == 0 ? random.NextDouble() * most : 0;
    }

    private static ConnectionPlan Connection(Random random, int largest, bool isDead)
    {
        ApplicationPlan client = Plan(random, largest, isDead), server = Plan(random, largest, isDead);
        // The last that a rude end says is a reset; who misses it has only this to learn by.
        if (client.IsRude || server.IsRude)
            (client, server) = (client with { KeepsAlive = true }, server with { KeepsAlive = true });
        // Both can't wait for the other's end.
        if (random.Next(10) == 0)
            client = client with { SendsLast = true };
        else if (random.Next(10) == 0)
            server = server with { SendsLast = true };
        return new ConnectionPlan(client, server) { Opening = random.Next(20) switch { 0 => Opening.Simultaneous, 1 => Opening.Refused, _ => Opening.Passive } };
    }

    private static ApplicationPlan Plan(Random random, int largest, bool isDead)
    {
        int write = random.Next(5) switch { 0 => 100, 1 => 1460, _ => 65536 };
        return new ApplicationPlan
        {
            BytesToSend = random.Next(6) == 0 ? random.Next(3) : random.Next(largest),
            LargestWrite = largest > 100_000 ? Math.Max(write, 1460) : write,
            LargestRead = random.Next(4) == 0 ? 1000 : 65536,
            ReadPause = random.Next(4) == 0 ? random.Next(1, 50_000) : 0,
            WritePause = random.Next(6) == 0 ? random.Next(1, 20_000) : 0,
            ClosesEarly = random.Next(20) == 0,
            AbortAt = random.Next(20) == 0 ? random.Next(1_000_000) : null,
            CloseAt = random.Next(20) == 0 ? random.Next(1_000_000) : null,
            ResetsOnClose = random.Next(40) == 0,
            NoDelay = random.Next(3) == 0,
            Corks = random.Next(12) == 0,
            QuickAck = random.Next(8) == 0,
            ReceiveBuffer = random.Next(4) == 0 ? random.Next(1500, 60_000) : 0,
            SendBuffer = random.Next(4) == 0 ? random.Next(1, 60_000) : 0,
            MaximumSegment = random.Next(16) == 0 ? random.Next(216, 1460) : 0,
            CongestionControl = random.Next(2) == 0 ? CongestionControls.Names[random.Next(CongestionControls.Names.Count)] : null,
            KeepsAlive = isDead || random.Next(10) == 0,
            UserTimeout = random.Next(isDead ? 3 : 24) == 0 ? random.Next(1_000_000, 100_000_000) : 0,
        };
    }
}

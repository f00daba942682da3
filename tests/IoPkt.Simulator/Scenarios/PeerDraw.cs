namespace IoPkt.Simulator;

/// <summary>Makes a crude peer of chance.</summary>
internal static class PeerDraw
{
    public static PeerPlan Draw(Random random, int largest)
    {
        int segment = random.Next(6) switch { 0 => 1, 1 => random.Next(1, 100), _ => random.Next(100, 9000) };
        int window = random.Next(4) switch { 0 => random.Next(1, 600), 1 => random.Next(600, 5000), _ => random.Next(5000, 65536) };
        return new PeerPlan
        {
            Connects = random.Next(2) == 0,
            // A byte at a time is a packet each.
            BytesToSend = random.Next(6) == 0 ? 0 : random.Next(Math.Min(largest, 400 * segment)),
            LargestSegment = segment,
            SendPause = random.Next(4) == 0 ? random.Next(1, 20_000) : 0,
            ClosesLast = random.Next(4) == 0,
            Window = window,
            Shrinking = Sometimes(5, 0.5),
            Closing = Sometimes(5, 0.3),
            ClosedFor = random.Next(1, 3_000_000),
            AckDelay = random.Next(3) == 0 ? random.Next(1, 200_000) : 0,
            PartialAcks = Sometimes(5, 0.5),
            DuplicateAcks = Sometimes(5, 0.5),
            Overlapping = Sometimes(5, 0.5),
            Skipping = Sometimes(5, 0.3),
            Reneging = Sometimes(8, 0.05),
            OddOptions = Sometimes(4, 0.5),
            MaximumSegment = random.Next(5) switch { 0 => 0, 1 => (ushort)random.Next(1, 300), 2 => ushort.MaxValue, _ => (ushort)random.Next(300, 9000) },
            // A window smaller than its unit couldn't be told.
            Scale = random.Next(3) == 0 ? -1 : random.Next(int.Log2(window) + 1),
            Sack = random.Next(3) != 0,
            Timestamps = random.Next(3) != 0,
            DisappearsAt = random.Next(16) == 0 ? random.Next(1, 2_000_000) : long.MaxValue,
            ResetsAt = random.Next(16) == 0 ? random.Next(1, 2_000_000) : long.MaxValue,
        };

        double Sometimes(int oneIn, double most) => random.Next(oneIn) == 0 ? random.NextDouble() * most : 0;
    }
}

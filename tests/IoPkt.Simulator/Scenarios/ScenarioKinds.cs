namespace IoPkt.Simulator;

/// <summary>Names for what a scenario was drawn with, to count them by.</summary>
internal static class ScenarioKinds
{
    public static IEnumerable<string> Of(Scenario scenario) => Links(scenario).Concat(Stacks(scenario)).Concat(Users(scenario)).Concat(scenario.Peer is { } peer ? Peer(peer) : []);

    private static IEnumerable<string> Links(Scenario scenario)
    {
        return Named(
        [
            (Any(l => l.Jitter > 0), "jitter"),
            (Any(l => l.Bandwidth > 0), "bandwidth and queue"),
            (Any(l => l.MarkingThreshold > 0), "ECN marks"),
            (Any(l => l.Loss > 0), "random loss"),
            (Any(l => l.LossAfterLoss > 0), "bursts of loss"),
            (Any(l => l.LostPackets.Count > 0), "chosen packets lost"),
            (Any(l => l.LostByte > 0), "a segment lost again and again"),
            (Any(l => l.Duplication > 0), "duplication"),
            (Any(l => l.Reordering > 0), "reordering"),
            (Any(l => l.Corruption > 0), "corruption"),
            (Any(l => l.Padding > 0), "padding"),
            (scenario.Offloads && Any(l => l.LargestGroup > 0), "segments in groups"),
            (Any(l => l.PathMtu > 0), "a smaller path MTU"),
            (Any(l => l.MtuChangesAt != long.MaxValue), "a path MTU that changes"),
            (Any(l => l.IsSilent), "a silent router"),
            (Any(l => l.OutageFrom != long.MaxValue && !l.IsDeadInTheEnd), "an outage"),
            (scenario.IsDeadInTheEnd, "a link that dies"),
        ]).Select(static name => "link: " + name);

        bool Any(Predicate<LinkProfile> has) => Array.Exists(scenario.Links, has);
    }

    private static IEnumerable<string> Stacks(Scenario scenario)
    {
        return Named(
        [
            (scenario.Offloads, "offloads"),
            (scenario.PoolBytes > 0, "a small pool"),
            (scenario.Mtus[0] != scenario.Mtus[1], "different MTUs"),
            (!Both(f => f.Sack), "no SACK"),
            (!Both(f => f.Timestamps), "no timestamps"),
            (!Both(f => f.WindowScaling), "no scaling"),
            (!Both(f => f.BufferAutotuning), "no autotuning"),
            (Array.Exists(scenario.Features, f => f.Ecn), "ECN"),
            (Both(f => f.FastOpen), "Fast Open"),
            (scenario.DeferAccept > 0, "TCP_DEFER_ACCEPT"),
            (scenario.Backlog == 1, "a backlog of one"),
            (scenario.ReusesPort, "a port used again"),
        ]).Select(static name => "stack: " + name);

        bool Both(Predicate<HostFeatures> has) => Array.TrueForAll(scenario.Features, has);
    }

    private static IEnumerable<string> Users(Scenario scenario)
    {
        ConnectionPlan[] connections = scenario.Connections;
        return Named(
        [
            (connections.Length > 1, "several connections"),
            (Array.Exists(connections, c => c.Opening == Opening.Simultaneous), "simultaneous open"),
            (Array.Exists(connections, c => c.Opening == Opening.Refused), "refused"),
            (Any(a => a.ReadPause > 0), "slow readers"),
            (Any(a => a.WritePause > 0), "slow writers"),
            (Any(a => a.SendsLast), "half close"),
            (Any(a => a.ClosesEarly), "closes early"),
            (Any(a => a.AbortAt is not null), "aborts"),
            (Any(a => a.CloseAt is not null), "closes at some time"),
            (Any(a => a.ResetsOnClose), "SO_LINGER 0"),
            (Any(a => a.NoDelay), "TCP_NODELAY"),
            (Any(a => a.Corks), "TCP_CORK"),
            (Any(a => a.QuickAck), "TCP_QUICKACK"),
            (Any(a => a.ReceiveBuffer > 0), "SO_RCVBUF"),
            (Any(a => a.SendBuffer > 0), "SO_SNDBUF"),
            (Any(a => a.MaximumSegment > 0), "TCP_MAXSEG"),
            (Any(a => a.KeepsAlive), "SO_KEEPALIVE"),
            (Any(a => a.UserTimeout > 0), "TCP_USER_TIMEOUT"),
            .. CongestionControls.Names.Select(name => (Any(a => a.CongestionControl == name), name)),
        ]).Select(static name => "user: " + name);

        bool Any(Predicate<ApplicationPlan> has) => Array.Exists(connections, c => has(c.Client) || (scenario.Peer is null && has(c.Server)));
    }

    private static IEnumerable<string> Peer(PeerPlan peer) => Named(
    [
        (true, "any"),
        (peer.LargestSegment == 1, "a byte at a time"),
        (peer.Shrinking > 0, "shrinks its window"),
        (peer.Closing > 0, "shuts its window"),
        (peer.PartialAcks > 0, "acknowledges in part"),
        (peer.DuplicateAcks > 0, "acknowledges twice"),
        (peer.Overlapping > 0, "overlaps"),
        (peer.Skipping > 0, "skips"),
        (peer.Reneging > 0, "reneges"),
        (peer.OldDuplicates > 0, "old duplicates"),
        (peer.OddOptions > 0, "odd options"),
        (peer.Scale > 0, "scales"),
        (peer.DisappearsAt != long.MaxValue, "disappears"),
        (peer.ResetsAt != long.MaxValue, "resets"),
    ]).Select(static name => "peer: " + name);

    private static IEnumerable<string> Named(IEnumerable<(bool Has, string Name)> all) => all.Where(static k => k.Has).Select(static k => k.Name);
}

namespace IoPkt.Simulator;

/// <summary>What must have come of a scenario: bytes arrive exactly once and in order, or the connection fails with the right error.</summary>
internal sealed class Outcome(Simulation simulation, Scenario scenario)
{
    private const long Second = 1_000_000;

    /// <summary>
    /// The longest without progress. The greatest retransmission timeout is a minute, and a few of them may be lost in a row; a peer that has gone is noticed after
    /// fifteen.
    /// </summary>
    public static long StallLimit(Scenario scenario) => (scenario.IsDeadInTheEnd || scenario.Peer is { IsRude: true } ? 1500 : 600) * Second;

    /// <summary>While every packet arrives as it was sent: delayed acknowledgements, window updates, the override timeout, and the users' own pauses.</summary>
    public static long UnimpairedStallLimit(Scenario scenario)
    {
        long way = scenario.Links[0].LongestWay + scenario.Links[1].LongestWay, pause = 0;
        foreach (ConnectionPlan plan in scenario.Connections)
            pause = Math.Max(pause, Math.Max(Pause(plan.Client), Pause(plan.Server)));
        if (scenario.Peer is { } peer)
            pause += peer.AckDelay + peer.SendPause + peer.ClosedFor + 6 * Second;
        // A listener with a full queue drops requests as the network would, and each waits twice as long as the one before.
        // A peer that has gone takes as long to be noticed whatever the link does.
        // A window that's taken back again and again is probed ever more seldom.
        // To renege is to lose what has arrived.
        // So does a stack without memory.
        if (scenario.Backlog < scenario.Connections.Length || scenario.PoolBytes > 0 || scenario.Peer is { IsRude: true } or { Shrinking: > 0 } or { Reneging: > 0 })
            return long.MaxValue;
        // A reset may be overtaken, and another is sent only so often: then a keep-alive probe asks for one.
        if (Array.Exists(scenario.Connections, c => c.IsRude))
            pause += Application.KeepAliveIdle * Second;
        // RFC 9293, section 3.6.1: without timestamps, TIME-WAIT takes a SYN only if its number is beyond the last connection's; the sixth repetition comes after its end.
        if (scenario.ReusesPort && !Array.TrueForAll(scenario.Features, f => f.Timestamps))
            pause += 35 * Second;
        return 3 * Second + scenario.DeferAccept + 8 * way + 2 * pause;
    }

    private static long Pause(ApplicationPlan plan) => plan.ReadPause + plan.WritePause + Math.Max(plan.AbortAt ?? 0, plan.CloseAt ?? 0);

    public void Check(List<Application> clients, List<Application> servers, CrudePeer? peer)
    {
        if (peer is not null)
        {
            if (clients.Count > 0)
                CheckWithPeer(clients[0], peer);
            else if (!scenario.Peer!.IsRude && !peer.IsForsaken)
                simulation.Fail("the peer's connection was never accepted");
            return;
        }
        for (int number = 0; number < scenario.Connections.Length; number++)
        {
            ConnectionPlan plan = scenario.Connections[number];
            Application client = clients[number];
            Application? server = servers.Find(s => s.Name == $"server {number}");
            if (plan.Opening == Opening.Refused)
                CheckRefused(client);
            else if (plan.IsRude)
                CheckErrors(client, server);
            else if (scenario.IsDeadInTheEnd)
                CheckDead(client, server);
            else if (HasGivenUp(client, server))
                CheckErrors(client, server);
            else if (server is null)
                simulation.Fail($"connection {number} was never accepted");
            else
                CheckComplete(client, server);
        }
    }

    public void CheckNothingLeft(SimulatedHost host)
    {
        if (host.Stack.Tcp.Sockets.FirstOrDefault() is { } left)
            simulation.Fail($"{host.Address} still has a socket in {left.State}");
        if (host.Stack.Tcp.Connections.Count != 0)
            simulation.Fail($"{host.Address} still has {host.Stack.Tcp.Connections.Count} connections");
        foreach (BufferStatistics kind in host.Pool.GetStatistics().Kinds)
        {
            if (kind.InUse != 0)
                simulation.Fail($"{host.Address} still holds {kind.InUse} of {kind.Name}");
        }
    }

    private void CheckWithPeer(Application user, CrudePeer peer)
    {
        bool mayFail = scenario.Peer!.IsRude || user.Plan.IsRude || peer.IsForsaken || GivingUp.OfEnd(user.Flow, user, simulation.Hosts[0]) is not null;
        if (user.Error is not Errno.None && !mayFail)
            simulation.Fail($"{user.Name} failed with {user.Error}");
        else if (user.Error is not (Errno.None or Errno.ConnectionReset or Errno.ConnectionRefused or Errno.TimedOut))
            simulation.Fail($"{user.Name} failed with {user.Error}");
        else if (!mayFail && (!user.IsComplete || !peer.IsComplete))
            simulation.Fail($"{user.Name} received {user.Received} of {peer.Sent}, the peer {peer.Received} of {user.Plan.BytesToSend}");
        else if (mayFail && user.Error == Errno.None && !user.Plan.IsRude && !user.IsComplete)
            simulation.Fail($"{user.Name} lost its peer after {user.Received} bytes and wasn't told");
    }

    private void CheckRefused(Application client)
    {
        bool hasLeft = client.Plan.AbortAt is not null || client.Plan.CloseAt is not null || client.Plan.ClosesEarly;
        if (client.Error != Errno.ConnectionRefused && !(hasLeft && client.Error == Errno.None) && !(client.Error == Errno.TimedOut && client.Excuse is not null))
            simulation.Fail($"{client.Name} connects to a port that nobody listens on: {client.Error}");
        if (client.IsConnected)
            simulation.Fail($"{client.Name} is connected to nobody");
    }

    /// <summary>One end's leaving, or its giving up, explains what is missing: by a reset, or, when that was lost, by the silence after it. Nothing else may have happened.</summary>
    private void CheckErrors(Application client, Application? server)
    {
        foreach (Application? user in new[] { client, server })
        {
            if (user is not null && !IsExplained(user))
                simulation.Fail($"{user.Name} failed with {user.Error}{(user.Error == Errno.TimedOut ? ", and not yet" : "")}");
        }
    }

    private static bool IsExplained(Application user) => user.Error switch
    {
        Errno.None or Errno.ConnectionReset => true,
        Errno.ConnectionRefused => !user.IsConnected,
        Errno.TimedOut => user.Excuse is not null,
        _ => false,
    };

    /// <summary>The link died: each end has all, or learned that it hasn't. A reset may be all that's left of a peer that learned first.</summary>
    private void CheckDead(Application client, Application? server)
    {
        CheckErrors(client, server);
        foreach (Application? user in new[] { client, server })
        {
            if (user is { Error: Errno.None, IsComplete: false })
                simulation.Fail($"{user.Name} lost its peer after {user.Received} bytes and wasn't told");
        }
    }

    /// <summary>The network was so bad that one end gave up, as it should have.</summary>
    private bool HasGivenUp(Application client, Application? server) => (client.PeerExcuse ?? server?.PeerExcuse) is not null ||
        GivingUp.OfEnd(client.Flow, client, simulation.Hosts[0]) is not null || GivingUp.OfEnd(client.Flow?.Opposite, server, simulation.Hosts[1]) is not null;

    private void CheckComplete(Application client, Application server)
    {
        if (client.Error != Errno.None || server.Error != Errno.None)
            simulation.Fail($"{client.Name}: {client.Error}, {server.Name}: {server.Error}");
        else if (client.Received != server.Plan.BytesToSend || server.Received != client.Plan.BytesToSend)
            simulation.Fail($"{client.Name} received {client.Received} of {server.Plan.BytesToSend}, {server.Name} {server.Received} of {client.Plan.BytesToSend}");
        else if (!client.SawEnd || !server.SawEnd)
            simulation.Fail($"{client.Name} saw end: {client.SawEnd}, {server.Name}: {server.SawEnd}");
    }
}

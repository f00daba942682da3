namespace IoPkt.Simulator;

/// <summary>How a connection comes about.</summary>
internal enum Opening
{
    /// <summary>One end connects, the other listens.</summary>
    Passive,
    /// <summary>Both ends connect, each to the other's port (RFC 9293, figure 7).</summary>
    Simultaneous,
    /// <summary>Nobody listens.</summary>
    Refused,
}

/// <param name="Client">The end that connects: A's.</param>
/// <param name="Server">The end that accepts, or connects as well: B's.</param>
internal sealed record ConnectionPlan(ApplicationPlan Client, ApplicationPlan Server)
{
    public Opening Opening { get; init; }

    public bool IsRude => Client.IsRude || Server.IsRude;

    public override string ToString() => $"{Opening}\n     client {Client}\n     server {Server}";
}

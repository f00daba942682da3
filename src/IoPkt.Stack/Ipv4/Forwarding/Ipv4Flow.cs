namespace IoPkt.Stack;

/// <summary>
/// What the slow path found out for packets between two addresses that come in by one interface: enough to send the next one on without asking anybody.
/// Immutable, so that any thread may use one that it has found.
/// </summary>
/// <param name="Receiver">Where the packets come in.</param>
/// <param name="Source">Their source address.</param>
/// <param name="Destination">Their destination address.</param>
/// <param name="Output">Where they leave.</param>
/// <param name="Header">The finished link header.</param>
/// <param name="Mtu">Bytes of the largest packet that leaves whole.</param>
/// <param name="RouteGeneration">The routing table's state when this was true.</param>
/// <param name="NeighborGeneration">The flow cache's state when this was true.</param>
/// <param name="Age">The flow cache's tick when this was true.</param>
internal sealed record Ipv4Flow(
    NetworkInterface Receiver, uint Source, uint Destination, NetworkInterface Output, byte[] Header, int Mtu, long RouteGeneration, long NeighborGeneration, long Age)
{
    public bool Matches(NetworkInterface receiver, uint source, uint destination) => Destination == destination && Source == source && Receiver == receiver;
}

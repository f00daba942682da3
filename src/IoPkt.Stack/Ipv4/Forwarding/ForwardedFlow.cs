namespace IoPkt.Stack;

/// <summary>Packets that the fast path knows how to send on, as they are now.</summary>
/// <param name="Receiver">Where they come in.</param>
/// <param name="Source">Their source address.</param>
/// <param name="Destination">Their destination address.</param>
/// <param name="Output">Where they leave.</param>
/// <param name="NextHop">The station that they're handed to.</param>
/// <param name="Mtu">Bytes of the largest packet that leaves whole.</param>
/// <param name="Expires">When a packet takes the slow path again, which enters the flow anew.</param>
public sealed record ForwardedFlow(
    NetworkInterface Receiver, InetAddress Source, InetAddress Destination, NetworkInterface Output, MacAddress NextHop, int Mtu, TimeSpan Expires);

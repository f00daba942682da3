namespace IoPkt.Wire.Management;

public sealed record FlowList(IReadOnlyList<FlowInfo> Flows);

/// <summary>Packets that are forwarded on the fast path.</summary>
/// <param name="Receiver">The interface that they come in by.</param>
/// <param name="Output">The interface that they leave by.</param>
/// <param name="LinkAddress">The next station's.</param>
/// <param name="Mtu">Bytes of the largest packet that leaves whole.</param>
/// <param name="Expires">Seconds until the flow is looked up anew.</param>
public sealed record FlowInfo(string Source, string Destination, string Receiver, string Output, string LinkAddress, int Mtu, double Expires);

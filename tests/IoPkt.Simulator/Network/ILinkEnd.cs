namespace IoPkt.Simulator;

/// <summary>Whoever stands at one end of a <see cref="SimulatedLink"/>: a stack, or a peer that keeps no rules.</summary>
internal interface ILinkEnd
{
    /// <summary>Takes a packet off the link; the bytes are the link's again afterwards.</summary>
    void Receive(in SimulatedPacket packet);
}

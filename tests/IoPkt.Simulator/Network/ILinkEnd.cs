namespace IoPkt.Simulator;

/// <summary>Who stands at an end of a <see cref="SimulatedLink"/>.</summary>
internal interface ILinkEnd
{
    /// <summary>Takes a packet off the link, and says so to the link's witness first.</summary>
    /// <param name="packet">Stays the link's.</param>
    /// <returns>Whether it did; if not, there's no memory for it.</returns>
    bool Receive(in SimulatedPacket packet);
}

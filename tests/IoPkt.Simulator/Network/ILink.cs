namespace IoPkt.Simulator;

/// <summary>What a <see cref="SimulatedHost"/> sends into.</summary>
internal interface ILink
{
    /// <param name="from">The end that sends, 0 or 1.</param>
    /// <param name="frame">The packet, from its IP header on; it stays the sender's.</param>
    void Send(int from, Mbuf frame);
}

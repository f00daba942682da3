namespace IoPkt.Stack;

/// <summary>Sees an interface's received frames of one EtherType before the protocols do.</summary>
internal interface IFrameListener
{
    ushort EtherType { get; }

    /// <param name="payload">After the Ethernet header.</param>
    /// <param name="addresses">From the header.</param>
    FrameVerdict Input(Mbuf payload, in FrameAddresses addresses);
}

namespace IoPkt.Stack;

/// <summary>Initial sequence numbers that can't be guessed, and yet grow for each pair of endpoints: RFC 6528.</summary>
internal sealed class IsnGenerator(Clock clock, Random random)
{
    private readonly ulong _key0 = (ulong)random.NextInt64();
    private readonly ulong _key1 = (ulong)random.NextInt64();
    private readonly ulong _timestampKey0 = (ulong)random.NextInt64();
    private readonly ulong _timestampKey1 = (ulong)random.NextInt64();

    /// <summary>Section 3: "ISN = M + F(localip, localport, remoteip, remoteport, secretkey)", where M is a timer of 4 microseconds.</summary>
    public SequenceNumber Next(in InetEndpoint local, in InetEndpoint remote) =>
        new((uint)(clock.Now / 4) + (uint)SipHash.Compute(_key0, _key1, local.Address, remote.Address, Ports(local, remote)));

    /// <summary>
    /// Where a connection's timestamp clock begins: RFC 7323, section 7.1. It's the same for each connection of two endpoints, so that the next one's timestamps are
    /// later than the last one's, which is what makes the early end of TIME-WAIT safe (RFC 6191).
    /// </summary>
    public uint TimestampOffset(in InetEndpoint local, in InetEndpoint remote) =>
        (uint)SipHash.Compute(_timestampKey0, _timestampKey1, local.Address, remote.Address, Ports(local, remote));

    private static uint Ports(in InetEndpoint local, in InetEndpoint remote) => (uint)local.Port << 16 | remote.Port;
}

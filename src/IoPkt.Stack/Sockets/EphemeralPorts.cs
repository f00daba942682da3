namespace IoPkt.Stack;

/// <summary>
/// Chooses ports for sockets that didn't: RFC 6056, algorithm 3 ("Simple Hash-Based Port Selection"), so that ports aren't guessable from outside
/// and one destination's ports aren't reused sooner than they must be.
/// </summary>
public sealed class EphemeralPorts
{
    private readonly ulong _key0;
    private readonly ulong _key1;
    private uint _next;

    public EphemeralPorts(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _key0 = (ulong)random.NextInt64();
        _key1 = (ulong)random.NextInt64();
    }

    /// <summary><c>net.inet.ip.anonportmin</c></summary>
    public ushort First { get; set; } = 49152;

    /// <summary><c>net.inet.ip.anonportmax</c></summary>
    public ushort Last { get; set; } = 65535;

    /// <param name="local">Our address, perhaps unspecified.</param>
    /// <param name="remote">The peer, perhaps unspecified.</param>
    /// <param name="isFree">Whether the caller can use the port.</param>
    /// <returns>A port, or 0 when every one in the range is taken.</returns>
    public ushort Choose(in InetAddress local, in InetEndpoint remote, Func<ushort, bool> isFree)
    {
        ArgumentNullException.ThrowIfNull(isFree);
        uint range = (uint)(Last - First + 1);
        uint offset = (uint)SipHash.Compute(_key0, _key1, local, remote.Address, remote.Port);
        for (uint i = 0; i < range; i++)
        {
            ushort port = (ushort)(First + (offset + _next++) % range);
            if (isFree(port))
                return port;
        }
        return 0;
    }
}

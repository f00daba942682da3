namespace IoPkt.Stack;

/// <summary>
/// Chooses ports for sockets that didn't: RFC 6056, algorithm 4 ("Double-Hash Port Selection"), so that ports aren't guessable from outside, and one destination's aren't used again sooner
/// than they must be. A counter for all destinations would tell each of them how many connections went to the others; here few share one, nobody outside knows which, and its steps are random (as
/// in algorithm 5).
/// </summary>
public sealed class EphemeralPorts
{
    /// <summary>TABLE_LENGTH; a power of two.</summary>
    private const int Counters = 1024;

    /// <summary>The most that a counter moves at once beyond the port that it gave. Large steps would bring ports back sooner.</summary>
    private const int MaximumSkip = 7;

    private readonly Random _random;
    private readonly ulong _offsetKey0;
    private readonly ulong _offsetKey1;
    private readonly ulong _tableKey0;
    private readonly ulong _tableKey1;
    private readonly uint[] _next = new uint[Counters];

    public EphemeralPorts(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _random = random;
        _offsetKey0 = (ulong)random.NextInt64();
        _offsetKey1 = (ulong)random.NextInt64();
        _tableKey0 = (ulong)random.NextInt64();
        _tableKey1 = (ulong)random.NextInt64();
        for (int i = 0; i < Counters; i++)
            _next[i] = (uint)random.Next();
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
        // "offset = F(local_IP, remote_IP, remote_port, secret_key1); index = G(local_IP, remote_IP, remote_port, secret_key2)".
        uint offset = (uint)SipHash.Compute(_offsetKey0, _offsetKey1, local, remote.Address, remote.Port) % range;
        ref uint next = ref _next[SipHash.Compute(_tableKey0, _tableKey1, local, remote.Address, remote.Port) % Counters];
        for (uint i = 0; i < range; i++)
        {
            ushort port = (ushort)(First + (offset + next++ % range) % range);
            if (isFree(port))
            {
                next += (uint)_random.Next(MaximumSkip + 1);
                return port;
            }
        }
        return 0;
    }
}

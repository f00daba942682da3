namespace IoPkt.Stack;

/// <summary>
/// Values of the IPv4 identification field for datagrams that may be fragmented: unique for a source, destination and protocol for as long as it can be
/// (RFC 6864, section 4.3), and not to be guessed from those that others see (RFC 7739's lesson for IPv6). Each pair of hosts has a counter, shared with
/// others only by the accident of a keyed hash.
/// </summary>
internal sealed class IpIdentifiers
{
    private readonly ushort[] _counters = new ushort[2048];
    private readonly ulong _key0;
    private readonly ulong _key1;

    public IpIdentifiers(Random random)
    {
        _key0 = (ulong)random.NextInt64();
        _key1 = (ulong)random.NextInt64();
        for (int i = 0; i < _counters.Length; i++)
            _counters[i] = (ushort)random.Next(65536);
    }

    public ushort Next(in InetAddress source, in InetAddress destination, byte protocol)
    {
        ulong hash = SipHash.Compute(_key0, _key1, source, destination, protocol);
        ref ushort counter = ref _counters[hash % (uint)_counters.Length];
        // Zero is left out: to some receivers it means that the field was not set.
        if (++counter == 0)
            counter = 1;
        return counter;
    }
}

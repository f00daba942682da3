namespace IoPkt.Wire.Management;

/// <param name="Groups">One a protocol.</param>
public sealed record CounterGroupList(IReadOnlyList<CounterGroupInfo> Groups);

/// <param name="Name">"ip", "icmp", "tcp", "udp", "arp".</param>
public sealed record CounterGroupInfo(string Name, IReadOnlyList<CounterInfo> Counters);

/// <param name="Text">What follows the number: "packets received".</param>
public sealed record CounterInfo(string Text, long Value);

/// <summary>The packet memory.</summary>
/// <param name="Bytes">Taken from the host.</param>
/// <param name="MaximumBytes">The limit on it.</param>
/// <param name="Managed">What the daemon's runtime has done beside it.</param>
public sealed record MbufUsage(long Bytes, long MaximumBytes, IReadOnlyList<BufferUsage> Kinds, ManagedMemory Managed);

/// <summary>The managed heap, which packets don't touch.</summary>
/// <param name="AllocatedBytes">Since the start, by all threads.</param>
/// <param name="Collections">Garbage collections since the start.</param>
public sealed record ManagedMemory(long AllocatedBytes, int Collections);

/// <param name="Name">"mbuf", "cluster" or "large cluster".</param>
/// <param name="Size">Bytes of one.</param>
/// <param name="InUse">Handed out.</param>
/// <param name="Cached">Kept at hand by threads.</param>
/// <param name="Total">Carved from pages so far.</param>
/// <param name="Failures">Requests that found the pool dry.</param>
public sealed record BufferUsage(string Name, int Size, long InUse, long Cached, long Total, long Failures);

namespace IoPkt.Stack;

/// <summary>What is known of a neighbour's link address; the states of RFC 4861, section 7.3.2, which serve ARP as well.</summary>
public enum NeighborState
{
    /// <summary>Asked for and not yet answered: packets wait.</summary>
    Incomplete,
    /// <summary>Confirmed not long ago.</summary>
    Reachable,
    /// <summary>Known, but not confirmed lately, or told without being asked for.</summary>
    Stale,
    /// <summary>In use since it was stale: a protocol above may show that it answers before we ask.</summary>
    Delay,
    /// <summary>In use while we ask the neighbour itself whether it's still there (RFC 1122, section 2.3.2.1, "unicast poll").</summary>
    Probe,
    /// <summary>Nobody answered: packets are refused for a while.</summary>
    Failed,
    /// <summary>Entered by hand: never asked, never forgotten.</summary>
    Static,
}

/// <summary>One station on the link. Changes in the stack context only.</summary>
public sealed class Neighbor
{
    internal readonly byte[] Header = new byte[EthernetLink.HeaderSize];
    internal readonly StackTimer Timer;
    internal MbufQueue Waiting;
    internal int Attempts;

    /// <summary>When we asked last, in <see cref="Clock.Now"/>'s microseconds.</summary>
    internal long AskedAt;

    /// <summary>A protocol above got no answers by way of it.</summary>
    internal bool IsSuspected;

    internal Neighbor(NeighborCache cache, TimerQueue timers, in InetAddress address)
    {
        Address = address;
        Timer = new StackTimer(timers, () => cache.Expired(this));
    }

    public InetAddress Address { get; }

    /// <summary>Zero while <see cref="NeighborState.Incomplete"/> or <see cref="NeighborState.Failed"/>.</summary>
    public MacAddress LinkAddress { get; internal set; }

    public NeighborState State { get; internal set; }

    /// <summary>When the entry was last used to send, in <see cref="Clock.Now"/>'s microseconds; the one used longest ago makes room for a new one.</summary>
    public long LastUsed { get; internal set; }

    /// <summary>Packets that wait for the address.</summary>
    public int WaitingCount => Waiting.Count;
}

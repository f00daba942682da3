namespace IoPkt.Daemon.Threads;

/// <summary>How packet threads are made.</summary>
/// <param name="Count"><c>-t</c>, at least 1.</param>
internal sealed record PacketThreadOptions(int Count)
{
    /// <summary><c>stacksize</c>: bytes; 0: the host's default.</summary>
    public int StackSize { get; init; }

    /// <summary><c>rx_prio</c>; <c>null</c>: ordinary scheduling.</summary>
    public int? Priority { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary><c>-D</c>: the stack context has a thread of its own, and packet threads never become it.</summary>
    public bool DedicatedStackThread { get; init; }

    /// <summary><c>-P</c>: that thread's priority.</summary>
    public int? StackPriority { get; init; }
}

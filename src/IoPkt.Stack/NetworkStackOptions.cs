using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace IoPkt.Stack;

/// <summary>What a stack is made with. All of it is handed in: the stack itself reads no clock, no file and no environment.</summary>
public sealed record NetworkStackOptions
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The one source of chance: initial sequence numbers, ports, keys.</summary>
    public required Random Random { get; init; }

    public required MbufPool Pool { get; init; }

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary><c>forward</c>: IPv4 packets pass between interfaces.</summary>
    public bool Forwarding { get; init; }

    /// <summary><c>fastforward</c>: while packets are forwarded, those of known flows take the fast path.</summary>
    public bool FastForwarding { get; init; } = true;

    /// <summary><c>kern.hostname</c> at first.</summary>
    public string HostName { get; init; } = "";

    /// <summary><c>enmap</c>: whether "en0" finds the first Ethernet interface where none is called that.</summary>
    public bool MapInterfaceNames { get; init; } = true;

    /// <summary><c>somaxconn</c>, at first.</summary>
    public int MaximumBacklog { get; init; } = 128;

    /// <summary><c>reuseport_unicast</c></summary>
    public bool ReusePortUnicast { get; init; }
}

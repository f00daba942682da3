namespace IoPkt;

/// <summary>A stack as a protocol module sees it. To be used in the stack context only, but for <see cref="Post"/>.</summary>
public interface IProtocolStack
{
    /// <summary>Since the stack was made, monotonic; the same throughout one batch of work.</summary>
    TimeSpan Now { get; }

    /// <summary>The stack's source of chance.</summary>
    Random Random { get; }

    /// <summary>Where packets get their memory.</summary>
    MbufPool Pool { get; }

    /// <summary>The Ethernet interfaces there are.</summary>
    IReadOnlyList<IProtocolInterface> Interfaces { get; }

    /// <summary>Called after an interface has changed. It's the one event a protocol can miss nothing by.</summary>
    Action<IProtocolInterface, InterfaceChange>? InterfaceChanged { get; set; }

    /// <summary>An Ethernet interface by its name, or by the <c>enN</c> that it answers to.</summary>
    IProtocolInterface? Find(string name);

    /// <summary>A timer, not armed.</summary>
    /// <param name="expired">Called in the stack context.</param>
    IProtocolTimer CreateTimer(Action expired);

    /// <summary>Runs something in the stack context, soon. This may be called on any thread: it's how a protocol's own thread reaches the stack.</summary>
    void Post(Action work);
}

/// <summary>What has become of an interface.</summary>
public enum InterfaceChange
{
    Added,
    Up,
    Down,
    /// <summary>It has other addresses than before.</summary>
    Addresses,
    Removed,
}

/// <summary>One timer: made once, armed and cancelled any number of times.</summary>
public interface IProtocolTimer
{
    bool IsArmed { get; }

    /// <summary>Sets, or moves, the moment when it expires.</summary>
    void Arm(TimeSpan fromNow);

    void Cancel();
}

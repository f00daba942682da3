namespace IoPkt.Simulator;

/// <summary>What can happen to a packet on a link.</summary>
internal enum LinkEvent
{
    Lost,
    LostAgain,
    QueueOverflow,
    TooLong,
    Swallowed,
    Duplicate,
    Damage,
    Padding,
    HeldBack,
    Mark,
    Group,

    /// <summary>It arrived, and its end had no memory for it.</summary>
    NoMemory,
}

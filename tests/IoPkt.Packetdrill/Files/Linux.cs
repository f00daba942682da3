namespace IoPkt.Packetdrill.Files;

/// <summary>poll(2)'s and epoll(7)'s bits: they're the same numbers.</summary>
[Flags]
public enum PollEvents
{
    None = 0,
    In = 0x1,
    Priority = 0x2,
    Out = 0x4,
    Error = 0x8,
    HangUp = 0x10,
    Invalid = 0x20,
    ReadNormal = 0x40,
    WriteNormal = 0x100,
    ReadHangUp = 0x2000,
    OneShot = 1 << 30,
    EdgeTriggered = 1 << 31,
}

/// <summary>MSG_ flags of Linux.</summary>
[Flags]
public enum MessageFlags
{
    None = 0,
    OutOfBand = 0x1,
    Peek = 0x2,
    Truncated = 0x20,
    DontWait = 0x40,
    EndOfRecord = 0x80,
    WaitAll = 0x100,
    ErrorQueue = 0x2000,
    NoSignal = 0x4000,
    More = 0x8000,
    ZeroCopy = 0x400_0000,
    FastOpen = 0x2000_0000,
}

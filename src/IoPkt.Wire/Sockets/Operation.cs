namespace IoPkt.Wire.Sockets;

/// <summary>What a request asks for: section 2 of <c>docs/wire-format.md</c>.</summary>
public enum Operation : ushort
{
    Socket = 1,
    Bind = 2,
    Listen = 3,
    Connect = 4,
    GetSocketName = 5,
    GetPeerName = 6,
    SetOption = 7,
    GetOption = 8,
    Ioctl = 9,
    Shutdown = 10,
    Urgent = 11,
    EndRecord = 12,
    Manage = 32,
}

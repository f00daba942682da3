namespace IoPkt.Client.Control;

/// <summary>The operations of <c>docs/wire-format.md</c>, section 2.</summary>
internal enum ControlOperation : ushort
{
    Socket = 1,
    Bind = 2,
    Listen = 3,
    Connect = 4,
    GetSockName = 5,
    GetPeerName = 6,
    SetSockOpt = 7,
    GetSockOpt = 8,
    Ioctl = 9,
    Shutdown = 10,
    Manage = 32,
}

using IoPkt.Stack;

namespace IoPkt.Daemon.Sockets.Ioctls;

/// <summary>Interface flags as Linux numbers them; the stack has BSD's.</summary>
internal static class LinuxFlags
{
    private const ushort EtherType = 1;        // ARPHRD_ETHER
    private const ushort LoopbackType = 772;   // ARPHRD_LOOPBACK
    private const ushort NoneType = 0xfffe;    // ARPHRD_NONE

    private const ushort Same = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x40 | 0x80 | 0x100 | 0x200; // UP … ALLMULTI have the same bits
    private const ushort Multicast = 0x1000;

    public static ushort From(InterfaceFlags flags) =>
        (ushort)(((int)flags & Same) | ((flags & InterfaceFlags.Multicast) != 0 ? Multicast : 0));

    public static ushort HardwareType(NetworkInterface shown) => shown.IsLoopback ? LoopbackType : shown.LinkAddress.IsZero ? NoneType : EtherType;
}

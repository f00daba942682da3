namespace IoPkt;

/// <summary>BSD's interface flags, with the values that ifconfig shows.</summary>
[Flags]
public enum InterfaceFlags
{
    None = 0,
    Up = 0x1,
    Broadcast = 0x2,
    Debug = 0x4,
    Loopback = 0x8,
    PointToPoint = 0x10,
    Running = 0x40,
    NoArp = 0x80,
    Promiscuous = 0x100,
    AllMulticast = 0x200,
    OutputActive = 0x400,
    Simplex = 0x800,
    Link0 = 0x1000,
    Link1 = 0x2000,
    Link2 = 0x4000,
    Multicast = 0x8000,
}

/// <summary>Work that a device takes over, in one direction; NetBSD's capability bits.</summary>
[Flags]
public enum DeviceCapabilities
{
    None = 0,
    Ip4Checksum = 0x1,
    Tcp4Checksum = 0x2,
    Udp4Checksum = 0x4,
    Tcp6Checksum = 0x8,
    Udp6Checksum = 0x10,
    Tcp4Segmentation = 0x20,
    Tcp6Segmentation = 0x40,
}

public enum LinkState
{
    Unknown,
    Down,
    Up,
}

using IoPkt.Drivers.PacketSocket.Native;
using Microsoft.Win32.SafeHandles;

namespace IoPkt.Drivers.PacketSocket;

/// <summary>What the host says of its interface. It's asked by ioctl: <c>/sys/class/net</c> may be another network namespace's.</summary>
internal sealed unsafe class HostInterface
{
    private const nuint SIOCGIFFLAGS = 0x8913;
    private const nuint SIOCGIFMTU = 0x8921;
    private const nuint SIOCGIFHWADDR = 0x8927;
    private const nuint SIOCGIFINDEX = 0x8933;

    private const short IFF_RUNNING = 0x40;
    private const ushort ARPHRD_ETHER = 1;

    /// <exception cref="ModuleException">There's no such interface, or it isn't Ethernet.</exception>
    public HostInterface(string name)
    {
        Name = name;
        if (name.Length >= InterfaceRequest.NameSize || Ask(SIOCGIFINDEX) is not { } index)
        {
            string[] there = [.. File.ReadLines("/proc/net/dev").Skip(2).Select(line => line.Split(':')[0].Trim()).Where(n => n != "lo").Order()];
            throw new ModuleException($"option if={name}: the host has no such interface; it has {(there.Length == 0 ? "none but lo" : string.Join(", ", there))}");
        }
        Index = index.Number;
        if (Ask(SIOCGIFHWADDR) is not { Family: ARPHRD_ETHER } hardware)
            throw new ModuleException($"option if={name}: that isn't an Ethernet interface");
        Address = MacAddress.Read(new ReadOnlySpan<byte>(hardware.HardwareAddress, MacAddress.Size));
    }

    public string Name { get; }

    public int Index { get; }

    public MacAddress Address { get; }

    public int Mtu => Ask(SIOCGIFMTU)?.Number ?? 0;

    /// <summary>Whether the host has it up and its cable is plugged in.</summary>
    public bool IsRunning => ((Ask(SIOCGIFFLAGS)?.Flags ?? 0) & IFF_RUNNING) != 0;

    private InterfaceRequest? Ask(nuint code)
    {
        using SafeFileHandle socket = LibC.Socket(LibC.AF_INET, LibC.SOCK_DGRAM | LibC.SOCK_CLOEXEC, 0);
        InterfaceRequest request = new(Name);
        return !socket.IsInvalid && LibC.Control(socket, code, &request) == 0 ? request : null;
    }
}

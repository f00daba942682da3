using System.Runtime.InteropServices;
using IoPkt.Drivers.Tap.Native;
using Microsoft.Win32.SafeHandles;

namespace IoPkt.Drivers.Tap;

/// <summary>The host's side of the device: an ordinary network interface, configured as ifconfig does it.</summary>
internal sealed unsafe class HostInterface(string name)
{
    private const nuint SIOCGIFFLAGS = 0x8913;
    private const nuint SIOCSIFFLAGS = 0x8914;
    private const nuint SIOCSIFADDR = 0x8916;
    private const nuint SIOCSIFNETMASK = 0x891c;
    private const nuint SIOCGIFMTU = 0x8921;
    private const nuint SIOCSIFMTU = 0x8922;

    public string Name => name;

    /// <exception cref="ModuleException">The host refuses.</exception>
    public void SetAddress(uint address, int prefixLength)
    {
        InterfaceRequest request = new(name);
        request.SetAddress(address);
        Control(SIOCSIFADDR, ref request, "set its address");
        request.SetAddress(prefixLength == 0 ? 0 : uint.MaxValue << (32 - prefixLength));
        Control(SIOCSIFNETMASK, ref request, "set its netmask");
    }

    /// <exception cref="ModuleException">The host refuses.</exception>
    public void SetUp()
    {
        InterfaceRequest request = new(name);
        Control(SIOCGIFFLAGS, ref request, "read its flags");
        request.Flags |= InterfaceRequest.Up;
        Control(SIOCSIFFLAGS, ref request, "bring it up");
    }

    /// <exception cref="ModuleException">The host refuses.</exception>
    public void SetMtu(int mtu)
    {
        InterfaceRequest request = new(name);
        Control(SIOCGIFMTU, ref request, "read its MTU");
        if (request.Mtu == mtu)
            return;
        request.Mtu = mtu;
        Control(SIOCSIFMTU, ref request, $"set its MTU to {mtu}");
    }

    private void Control(nuint code, ref InterfaceRequest request, string what)
    {
        using SafeFileHandle socket = LibC.Socket(LibC.AF_INET, LibC.SOCK_DGRAM | LibC.SOCK_CLOEXEC, 0);
        fixed (InterfaceRequest* r = &request)
        {
            if (!socket.IsInvalid && LibC.Control(socket, code, r) == 0)
                return;
        }
        throw new ModuleException($"the host's side, {name}: can't {what}: {Marshal.GetLastPInvokeErrorMessage()}");
    }
}

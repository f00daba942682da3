using System.Runtime.InteropServices;
using System.Text;
using IoPkt.Drivers.Tap.Native;
using Microsoft.Win32.SafeHandles;

namespace IoPkt.Drivers.Tap;

/// <summary>One open queue of a TAP device (<c>/dev/net/tun</c>).</summary>
internal sealed unsafe class TapDescriptor : IDisposable
{
    private const string DevicePath = "/dev/net/tun";

    // linux/if_tun.h
    private const nuint TUNSETPERSIST = 0x400454cb;
    private const nuint TUNSETIFF = 0x400454ca;
    private const nuint TUNSETOFFLOAD = 0x400454d0;
    private const nuint TUNSETVNETHDRSZ = 0x400454d8;
    private const nuint TUNSETCARRIER = 0x400454e2;

    private const short IFF_TAP = 0x0002;
    private const short IFF_NO_PI = 0x1000;
    private const short IFF_VNET_HDR = 0x4000;
    private const short IFF_MULTI_QUEUE = 0x0100;

    private const nint TUN_F_CSUM = 1;
    private const nint TUN_F_TSO4 = 2;

    private readonly SafeFileHandle _handle;

    private TapDescriptor(SafeFileHandle handle, string name)
    {
        _handle = handle;
        Name = name;
    }

    /// <summary>The device's name on the host.</summary>
    public string Name { get; }

    public int Number => (int)_handle.DangerousGetHandle();

    /// <summary>Opens a device, or another queue of it, and makes it if it doesn't exist.</summary>
    /// <param name="name">A name, or a pattern with %d.</param>
    /// <param name="headers">Each frame has a virtio header in front.</param>
    /// <param name="severalQueues">The device has, or will have, more than one queue.</param>
    /// <exception cref="ModuleException">The host refuses; the message says what to do.</exception>
    public static TapDescriptor Open(string name, bool headers, bool severalQueues)
    {
        SafeFileHandle handle = LibC.Open(DevicePath, LibC.O_RDWR | LibC.O_NONBLOCK | LibC.O_CLOEXEC);
        try
        {
            if (handle.IsInvalid)
                throw OpenFailure(Marshal.GetLastPInvokeError());
            InterfaceRequest request = new(name)
            {
                Flags = (short)(IFF_TAP | IFF_NO_PI | (headers ? IFF_VNET_HDR : 0) | (severalQueues ? IFF_MULTI_QUEUE : 0)),
            };
            if (LibC.Control(handle, TUNSETIFF, &request) != 0)
                throw AttachFailure(Marshal.GetLastPInvokeError(), name);
            int headerSize = VirtioHeader.Size;
            if (headers && LibC.Control(handle, TUNSETVNETHDRSZ, &headerSize) != 0)
                throw Failure("set the size of its virtio header");
            return new TapDescriptor(handle, request.Name);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Lets the host leave checksums and TCP segmentation (IPv4) to us in the frames that it sends.</summary>
    /// <returns>Whether it can.</returns>
    public bool TryEnableOffload() => LibC.Control(_handle, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4) == 0;

    /// <exception cref="ModuleException">The host refuses.</exception>
    public void SetPersistent(bool persistent)
    {
        if (LibC.Control(_handle, TUNSETPERSIST, persistent ? 1 : 0) != 0)
            throw Failure("make it persistent");
    }

    /// <summary>The host sees a cable plugged in or out, and sends nothing into a device that nobody reads. A kernel before 5.0 can't; then it just drops when its queue is full.</summary>
    public void SetCarrier(bool present)
    {
        int value = present ? 1 : 0;
        _ = LibC.Control(_handle, TUNSETCARRIER, &value);
    }

    public void Dispose() => _handle.Dispose();

    private static ModuleException OpenFailure(int error) => new(error switch
    {
        LibC.ENOENT or LibC.ENODEV => $"{DevicePath} doesn't exist: load the kernel's tun driver (modprobe tun), or, in a container, pass the device in (--device {DevicePath})",
        LibC.EACCES => $"{DevicePath}: permission denied by its mode; everybody may open it on most systems: sudo chmod 666 {DevicePath}",
        LibC.EPERM => $"{DevicePath}: permission denied: {NeedsCapability}",
        _ => $"{DevicePath}: {Marshal.GetPInvokeErrorMessage(error)}",
    });

    private static ModuleException AttachFailure(int error, string name) => new(error switch
    {
        LibC.EPERM => $"can't create the device {name.Replace("%d", "N", StringComparison.Ordinal)}: the capability CAP_NET_ADMIN is missing: {NeedsCapability}",
        LibC.EBUSY => $"the device {name} is in use by another program: choose another (if=NAME)",
        LibC.EINVAL => $"can't use {name}: an interface of that name exists and isn't a TAP device, or has another number of queues than we ask for (queues=1, if=NAME)",
        _ => $"can't create the device {name.Replace("%d", "N", StringComparison.Ordinal)}: {Marshal.GetPInvokeErrorMessage(error)}",
    });

    private static ModuleException Failure(string what) => new($"can't {what}: {Marshal.GetLastPInvokeErrorMessage()}");

    private static string NeedsCapability => new StringBuilder("run as root, or give the program the capability (sudo setcap cap_net_admin+ep ")
        .Append(Environment.ProcessPath)
        .Append("), or run in a namespace of your own (unshare --user --map-root-user --net)")
        .ToString();
}

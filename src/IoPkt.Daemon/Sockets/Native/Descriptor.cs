using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace IoPkt.Daemon.Sockets.Native;

/// <summary>A descriptor of the host that this process owns.</summary>
internal sealed class Descriptor : SafeHandleMinusOneIsInvalid
{
    public Descriptor()
        : base(ownsHandle: true)
    {
    }

    public Descriptor(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>For calls made while this object is certainly alive and not disposed.</summary>
    public int Value => (int)handle;

    /// <summary>
    /// Closes a descriptor that a client sent and that isn't one of ours, on a thread that may block: the last close of a file can wait for a file server, and of a
    /// TCP socket of the host for its lingering. The stack context must not.
    /// </summary>
    public void CloseElsewhere() => ThreadPool.UnsafeQueueUserWorkItem(static descriptor => descriptor.Dispose(), this, preferLocal: false);

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;

    /// <summary>The error of the last call.</summary>
    internal static Errno LastError => (Errno)Marshal.GetLastPInvokeError();
}

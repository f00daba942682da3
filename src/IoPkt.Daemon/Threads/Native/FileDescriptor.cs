using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace IoPkt.Daemon.Threads.Native;

/// <summary>A descriptor of the host that is closed once nobody uses it any more.</summary>
internal sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    public FileDescriptor()
        : base(ownsHandle: true)
    {
    }

    public int Number => (int)handle;

    protected override bool ReleaseHandle() => LibC.Close((int)handle) == 0;

    /// <exception cref="Win32Exception">The call that made <paramref name="descriptor"/> failed.</exception>
    public static FileDescriptor Check(FileDescriptor descriptor, string call)
    {
        if (!descriptor.IsInvalid)
            return descriptor;
        int error = Marshal.GetLastPInvokeError();
        descriptor.Dispose();
        throw new Win32Exception(error, $"{call}: {Marshal.GetPInvokeErrorMessage(error)}");
    }
}

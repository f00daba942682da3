using System.ComponentModel;
using System.Runtime.InteropServices;

namespace IoPkt.Daemon.Threads.Native;

/// <summary>A timerfd: one deadline that wakes a thread in epoll. Any thread may set it.</summary>
internal sealed class TimerDescriptor : IDisposable
{
    private readonly FileDescriptor _descriptor =
        FileDescriptor.Check(LibC.TimerCreate(LibC.CLOCK_MONOTONIC, LibC.TFD_CLOEXEC | LibC.TFD_NONBLOCK), "timerfd_create");

    public int Number => _descriptor.Number;

    /// <summary>Sets the one deadline anew, <paramref name="microseconds"/> (at least 1) from now.</summary>
    public void Set(long microseconds)
    {
        LibC.TimerSetting setting = new()
        {
            Seconds = (nint)(microseconds / 1_000_000),
            Nanoseconds = (nint)(microseconds % 1_000_000 * 1000),
        };
        if (LibC.TimerSet(_descriptor, 0, setting, 0) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "timerfd_settime");
    }

    public void Dispose() => _descriptor.Dispose();
}

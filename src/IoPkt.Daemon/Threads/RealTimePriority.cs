using System.Runtime.InteropServices;
using IoPkt.Daemon.Threads.Native;

namespace IoPkt.Daemon;

/// <summary>
/// QNX's priorities on Linux. QNX schedules every thread by priority, round robin among equals; Linux does that for its real-time policies, whose numbers, like QNX's, are
/// greater for what is more urgent. So QNX's N is SCHED_RR's N, and every one is above all ordinary threads.
/// </summary>
internal static unsafe class RealTimePriority
{
    public const int Minimum = 1;
    public const int Maximum = 63;

    /// <summary>In messages: what a thread has without one.</summary>
    public const string None = "ordinary scheduling";

    private const int SCHED_RR = 2;

    /// <summary>Gives the calling thread a priority.</summary>
    /// <param name="priority">QNX's.</param>
    /// <param name="reason">Why the host refuses.</param>
    public static bool TrySet(int priority, out string reason)
    {
        int parameter = priority;
        bool set = LibC.SetScheduler(0, SCHED_RR, &parameter) == 0;
        reason = set ? "" : Marshal.GetLastPInvokeErrorMessage();
        return set;
    }
}

using static IoPkt.Daemon.Sockets.Native.Constants;

namespace IoPkt.Daemon.Sockets.Native;

/// <summary>How many descriptors this process may have: each socket of a client is one.</summary>
internal static unsafe class DescriptorLimit
{
    /// <summary>Descriptors that this process has now.</summary>
    public static int CountOpen() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();

    /// <summary>Raises the limit as far as the system lets us.</summary>
    /// <returns>The limit then.</returns>
    public static int RaiseToMaximum()
    {
        ResourceLimit limit;
        if (Libc.GetLimit(LimitNoFile, &limit) != 0)
            return 1024;
        if (limit.Soft < limit.Hard)
        {
            ResourceLimit raised = limit with { Soft = limit.Hard };
            if (Libc.SetLimit(LimitNoFile, &raised) == 0)
                limit = raised;
        }
        return (int)Math.Min(limit.Soft, int.MaxValue);
    }
}

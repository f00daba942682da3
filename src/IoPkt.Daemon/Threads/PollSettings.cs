using IoPkt.Stack;

namespace IoPkt.Daemon.Threads;

/// <summary>What <c>sysctl qnx.poll</c> says of the polling before sleep, for all packet threads.</summary>
internal sealed class PollSettings
{
    /// <summary>Twice what waking a thread takes.</summary>
    public static readonly int DefaultLimit = Environment.ProcessorCount > 1 ? 50 : 0;

    private const int LongestLimit = 10_000;

    private volatile int _limit = DefaultLimit;
    private long _found;
    private long _slept;
    private long _preempted;

    /// <summary>Microseconds.</summary>
    public int Limit => _limit;

    public void CountFound() => Interlocked.Increment(ref _found);

    public void CountSlept() => Interlocked.Increment(ref _slept);

    public void CountPreempted() => Interlocked.Increment(ref _preempted);

    public void AddTo(SysctlTree tree)
    {
        SysctlGroup poll = tree.Group("qnx.poll");
        poll.Number("limit", "The longest that a packet thread polls before it sleeps, in microseconds; 0: it doesn't", () => _limit, v => _limit = v, 0, LongestLimit);
        poll.ReadOnly("found", "How often it polled, and something came", () => Volatile.Read(ref _found));
        poll.ReadOnly("slept", "How often it slept", () => Volatile.Read(ref _slept));
        poll.ReadOnly("preempted", "How often it stopped polling for a while because another wanted the processor", () => Volatile.Read(ref _preempted));
    }
}

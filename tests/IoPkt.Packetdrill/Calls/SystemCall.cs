using IoPkt.Packetdrill.Files;
using IoPkt.Packetdrill.Host;
using IoPkt.Stack;

namespace IoPkt.Packetdrill.Calls;

/// <summary>
/// A system call on the virtual host. It's tried at once, and where it blocks, again after each thing that happens there, until it has a result. So nothing waits
/// for real: who runs the host in one thread asks again, and who has a thread to block wakes it.
/// </summary>
public sealed class SystemCall
{
    private readonly VirtualHost _host;
    private readonly Func<long> _attempt;
    private readonly Func<long>? _late;
    private bool _isOverdue;

    private SystemCall(VirtualHost host, Func<long> attempt, Func<long>? late)
    {
        _host = host;
        _attempt = attempt;
        _late = late;
    }

    public bool IsComplete { get; private set; }

    /// <summary>As Linux's kernel returns it: a negative errno, or the result.</summary>
    public long Result { get; private set; }

    /// <summary>When, in the host's microseconds.</summary>
    public long CompletedAt { get; private set; }

    /// <summary>Begins a call.</summary>
    /// <param name="host">Where.</param>
    /// <param name="attempt">What it does: returns the result, or −EAGAIN when it can't be done yet.</param>
    /// <param name="mayBlock">Whether to wait then.</param>
    /// <param name="timeout">How long; <c>null</c>: without end.</param>
    /// <param name="late">The result when it's not waited, or no longer; <c>null</c>: −EAGAIN.</param>
    internal static SystemCall Begin(VirtualHost host, Func<long> attempt, bool mayBlock = false, TimeSpan? timeout = null, Func<long>? late = null)
    {
        SystemCall call = new(host, attempt, late);
        call.Attempt(isLast: !mayBlock || timeout == TimeSpan.Zero);
        if (!call.IsComplete && timeout is { } limit)
            new StackTimer(host.Stack.Timers, () => call._isOverdue = true).ArmAfter((long)limit.TotalMicroseconds);
        return call;
    }

    /// <summary>Tries again.</summary>
    public void Retry()
    {
        if (!IsComplete)
            Attempt(_isOverdue);
    }

    private void Attempt(bool isLast)
    {
        long result = _host.Step(_attempt);
        if (result == OpenFile.WouldBlock)
        {
            if (!isLast)
                return;
            result = _late?.Invoke() ?? result;
        }
        Result = result;
        CompletedAt = _host.Now;
        IsComplete = true;
    }
}

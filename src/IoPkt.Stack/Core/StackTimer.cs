namespace IoPkt.Stack;

/// <summary>
/// One timer of a protocol: made once with its owner, armed and cancelled any number of times without allocation. Used in the stack context only.
/// </summary>
/// <param name="queue">The stack's timers.</param>
/// <param name="expired">Runs in the stack context when the deadline has passed. It may arm the timer again.</param>
public sealed class StackTimer(TimerQueue queue, Action expired)
{
    internal int HeapIndex = -1;

    /// <summary>Where the timer stands in the heap. It may be earlier than <see cref="Deadline"/>: see <see cref="TimerQueue"/>.</summary>
    internal long HeapDeadline;

    /// <summary>In <see cref="Clock.Now"/>'s microseconds; <see cref="long.MaxValue"/> when not armed.</summary>
    public long Deadline { get; private set; } = long.MaxValue;

    public bool IsArmed => Deadline != long.MaxValue;

    /// <summary>Sets, or moves, the deadline.</summary>
    public void Arm(long deadline)
    {
        Deadline = deadline;
        queue.Schedule(this);
    }

    /// <summary>Arms the timer <paramref name="microseconds"/> from now.</summary>
    public void ArmAfter(long microseconds) => Arm(queue.Now + microseconds);

    /// <summary>Disarms it. It keeps its place in the heap, because most timers are armed again soon.</summary>
    public void Cancel() => Deadline = long.MaxValue;

    /// <summary>Disarms it for good: its owner goes, and the heap must not keep both alive until a deadline that may be hours away.</summary>
    public void Retire()
    {
        Deadline = long.MaxValue;
        queue.Remove(this);
    }

    internal void Expire()
    {
        Deadline = long.MaxValue;
        expired();
    }
}

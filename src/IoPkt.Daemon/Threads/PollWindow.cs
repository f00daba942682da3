namespace IoPkt.Daemon.Threads;

/// <summary>
/// How long a packet thread polls before it sleeps. To be woken takes longer than most answers do, so while what comes keeps coming soon, it's waited for awake; and since that takes a processor,
/// not when it comes late, and not while somebody else wants the processor.
/// </summary>
/// <remarks>Times are microseconds.</remarks>
internal struct PollWindow
{
    /// <summary>The shortest window that's worth beginning with: several system calls.</summary>
    public const int Least = 8;

    /// <summary>So long nothing is polled after the processor was taken away, at first.</summary>
    public const int LeastPause = 100;

    /// <summary>The longest that may grow to.</summary>
    public const int LongestPause = 10_000;

    private long _pausedUntil;
    private int _pause;
    private int _length;

    /// <summary>The time to poll; 0: sleep at once.</summary>
    /// <param name="now">Any clock's.</param>
    public readonly int At(long now) => now < _pausedUntil ? 0 : _length;

    /// <summary>Something came.</summary>
    /// <param name="waited">Since the last work was done.</param>
    /// <param name="limit">The longest window allowed.</param>
    public void Came(long waited, int limit)
    {
        if (waited <= limit)
            _length = Math.Min(Math.Max(_length, (int)Math.Max(2 * waited, Least)), limit);
        else
            _length = _length / 2 < Least ? 0 : Math.Min(_length / 2, limit);
    }

    /// <summary>
    /// The processor was taken away while this thread had nothing to do with it. Once may be chance: who was woken had nowhere else to run for a moment. Again and again it's somebody who wants to work.
    /// </summary>
    public void Preempted(long now)
    {
        _pause = now - _pausedUntil > 16L * _pause ? LeastPause : Math.Min(2 * _pause, LongestPause);
        _pausedUntil = now + _pause;
    }
}

namespace IoPkt.Stack;

/// <summary>
/// The stack's time: microseconds since it was made, monotonic. It's read once a batch of work, not once a packet, so that everything in one batch
/// happens at the same moment, as it does in the simulator.
/// </summary>
public sealed class Clock
{
    private readonly TimeProvider _provider;
    private readonly long _origin;

    public Clock(TimeProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        _provider = provider;
        _origin = provider.GetTimestamp();
        Refresh();
    }

    /// <summary>Microseconds. It begins at one second, so that 0 can mean "never".</summary>
    public long Now { get; private set; }

    public TimeProvider Provider => _provider;

    /// <summary>Takes the time from the provider. Whoever enters the stack context does so first.</summary>
    public void Refresh() => Now = 1_000_000 + (long)_provider.GetElapsedTime(_origin).TotalMicroseconds;
}

namespace IoPkt.Daemon.Sockets;

/// <summary><c>threads_min</c>, <c>threads_max</c> and <c>threads_incr</c>: how many of the clients' operations may be under way in the stack at one time.</summary>
/// <param name="Minimum">The supply at first.</param>
/// <param name="Maximum">What it may grow to.</param>
/// <param name="Increment">By how many it grows when it's used up.</param>
public sealed record OperationLimits(int Minimum = 15, int Maximum = 200, int Increment = 25)
{
    /// <summary>The least that <c>threads_min</c> may be.</summary>
    public const int LeastMinimum = 4;
}

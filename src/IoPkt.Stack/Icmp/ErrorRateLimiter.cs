namespace IoPkt.Stack;

/// <summary>
/// How many ICMP errors may be sent (RFC 1812, section 4.3.2.8): a token bucket. A limit that somebody outside can count exactly tells which of his probes were
/// answered elsewhere (CVE-2020-25705, "SAD DNS"), so a message costs one token, or now and then up to three more.
/// </summary>
internal sealed class ErrorRateLimiter(Clock clock, Random random, Ipv4Settings settings)
{
    private const double Second = 1_000_000;

    private double _tokens = settings.IcmpErrorLimit;
    private long _last = clock.Now;

    public bool TryTake()
    {
        int limit = settings.IcmpErrorLimit;
        if (limit < 0)
            return true;
        long now = clock.Now;
        _tokens = Math.Min(limit, _tokens + (now - _last) * limit / Second);
        _last = now;
        if (_tokens < 1)
            return false;
        _tokens = Math.Max(0, _tokens - 1 - (random.Next(4) == 0 ? random.Next(1, 4) : 0));
        return true;
    }
}

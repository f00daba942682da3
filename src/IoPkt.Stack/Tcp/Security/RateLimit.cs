namespace IoPkt.Stack;

/// <summary>
/// Allows a number of events a second, on average: the limit is drawn anew each second, between half and one and a half of that. With a fixed one, somebody who counts our answers learns how many
/// others caused (CVE-2016-5696).
/// </summary>
internal struct RateLimit
{
    private long _second;
    private int _left;

    public bool TryTake(Clock clock, int perSecond, Random random)
    {
        long second = clock.Now / 1_000_000;
        if (second != _second)
        {
            _second = second;
            _left = perSecond / 2 + random.Next(perSecond + 1);
        }
        return _left-- > 0;
    }
}

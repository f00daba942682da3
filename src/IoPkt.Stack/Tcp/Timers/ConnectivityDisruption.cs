namespace IoPkt.Stack;

/// <summary>
/// Long connectivity disruptions (RFC 6069): a router, or our own link, that can't deliver what the retransmission timer has sent again says that no congestion took it. Then the timer isn't doubled, and the
/// peer is found soon when there's a way to it once more, and not after a minute.
/// </summary>
internal sealed partial class TcpConnection
{
    /// <summary>How many doublings of the present run of timeouts were taken back.</summary>
    private int _revertedTimeouts;

    /// <summary>
    /// A message about SND.UNA, after a timeout, is about the last retransmission: it takes back one doubling, and as many follow as there are undeliverable transmissions. The
    /// timer runs from when that left; if it would be over already, now is the time.
    /// </summary>
    private void RevertTimeout(SequenceNumber undelivered)
    {
        if (undelivered != _sndUna || _retransmissions == 0 || _rtt.Backoff == 0 || _retransmissionQueue.Head is not { IsRetransmitted: true } head)
            return;
        Counters.TimeoutsReverted.Increment();
        _revertedTimeouts++;
        _rtt.RevertBackOff();
        _retransmissionTimer.Arm(NotBeyondUserTimeout(Math.Max(Now, head.SentAt + _rtt.Timeout), _waitingSince));
    }

    /// <summary>Retries that aren't doubled come so fast that their number says nothing: R2 is then the time that as many doubled ones take.</summary>
    private bool IsRetryTimeOver(int retries, long since)
    {
        long limit = (long)Settings.MaximumTimeout.TotalMicroseconds, time = 0;
        for (int i = 0; i <= retries; i++)
            time += Math.Min(limit, _rtt.Base << Math.Min(i, 20));
        return Now - since >= time;
    }
}

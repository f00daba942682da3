namespace IoPkt.Stack.Tests.Tcp.Congestion;

/// <summary>A path without queue or surprise, for a congestion control by itself: each round trip, all that the window allows is acknowledged, segment by segment.</summary>
internal sealed class SteadyPath(CongestionControl control, long roundTrip)
{
    private SequenceNumber _acknowledged = new(uint.MaxValue - 100_000);

    public long Now { get; private set; } = 1_000_000;

    /// <summary>Microseconds, of each acknowledgement.</summary>
    public long RoundTrip { get; set; } = roundTrip;

    public void Run(double seconds, bool isWindowLimited = true)
    {
        long end = Now + (long)(seconds * 1e6);
        while (Now < end)
            Round(isWindowLimited);
    }

    public void Round(bool isWindowLimited = true)
    {
        int window = control.Window, size = control.SegmentSize;
        long start = Now;
        SequenceNumber next = _acknowledged + window;
        for (int sent = 0; sent < window; sent += size)
        {
            int delivered = Math.Min(size, window - sent);
            _acknowledged += delivered;
            // What is sent in answer to acknowledgements extends the window.
            next += delivered;
            Now = start + (long)((sent + delivered) / (double)window * RoundTrip);
            control.OnAcknowledged(new AcknowledgmentSample
            {
                Now = Now,
                Delivered = delivered,
                InFlight = window,
                RoundTrip = RoundTrip,
                SmoothedRoundTrip = RoundTrip,
                IsWindowLimited = isWindowLimited,
                Acknowledged = _acknowledged,
                Next = next,
            });
        }
    }

    public void Lose()
    {
        control.OnCongestion(CongestionSignal.Loss, Now, control.Window);
        control.OnRecovered(Now);
    }
}

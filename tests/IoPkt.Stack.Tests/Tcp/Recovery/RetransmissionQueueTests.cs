using CsCheck;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Recovery;

/// <summary>The queue beside a model that keeps a state for every single byte.</summary>
public sealed class RetransmissionQueueTests
{
    private enum Act
    {
        Send,
        Acknowledge,
        Sack,
        LoseOldest,
        LoseAll,
        TakeBack,
        Resend,
        Unmark,
    }

    [Fact]
    public void It_counts_what_a_model_of_single_bytes_counts()
    {
        Gen.Select(Gen.Enum<Act>(), Gen.Int[0, 99], Gen.Int[0, 99]).List[1, 200].Sample(actions =>
        {
            Model model = new();
            foreach ((Act act, int a, int b) in actions)
                model.Do(act, a, b);
        }, iter: 2000);
    }

    [Fact]
    public void A_large_window_with_many_holes_takes_no_search()
    {
        SentSegmentPool pool = new();
        RetransmissionQueue queue = new(pool, new DeliveryRateEstimator());
        SequenceNumber start = new(4_000_000_000);
        const int count = 40_000;
        for (int i = 0; i < count; i++)
            queue.Add(start + i * 1500, start + (i + 1) * 1500, 1, 1500, i + 1);
        DeliverySummary summary = default;
        // Every second one arrives, each told with the three blocks before it.
        for (int i = 1; i < count; i += 2)
        {
            for (int k = 0; k < 4 && i - 2 * k > 0; k++)
                queue.Sack(new SackBlock(start + (i - 2 * k) * 1500, start + (i - 2 * k + 1) * 1500), ref summary);
        }
        Assert.Equal(count / 2 * 1500, queue.SackedBytes);
        while (queue.OldestInFlight is { } oldest)
            queue.MarkLost(oldest);
        Assert.Equal(count / 2 * 1500, queue.LostBytes);
        for (int i = 0; queue.NextLost is { } lost; i++)
        {
            Assert.Equal(start + 2 * i * 1500, lost.Start);
            queue.Resent(lost, lost.Length, lost.Length, count + i);
        }
        queue.Acknowledge(start + count * 1500, ref summary);
        Assert.True(queue.IsEmpty);
        Assert.Equal(count * 1500, summary.Delivered);
    }

    private sealed class Model
    {
        private readonly SequenceNumber _start = new(uint.MaxValue - 5000);
        private readonly List<Byte> _bytes = [];
        private readonly RetransmissionQueue _queue = new(new SentSegmentPool(), new DeliveryRateEstimator());
        private int _una;
        private long _now = 1;

        public void Do(Act act, int a, int b)
        {
            _now += a % 3;
            DeliverySummary summary = default;
            int outstanding = _bytes.Count - _una, delivered = 0;
            int from = _una + outstanding * a / 100, to = Math.Min(_bytes.Count, from + 1 + outstanding * b / 400);
            switch (act)
            {
                case Act.Send:
                    _queue.Add(_start + _bytes.Count, _start + _bytes.Count + a + 1, 1 + a / 30, Math.Min(a + 1, 30), _now);
                    for (int i = 0; i <= a; i++)
                        _bytes.Add(new Byte { SentAt = _now });
                    break;
                case Act.Acknowledge when outstanding > 0:
                    for (int i = _una; i < to; i++)
                        delivered += _bytes[i].IsSacked ? 0 : 1;
                    _queue.Acknowledge(_start + to, ref summary);
                    _una = to;
                    break;
                case Act.Sack when outstanding > 0:
                    for (int i = from; i < to; i++)
                    {
                        delivered += _bytes[i].IsSacked ? 0 : 1;
                        _bytes[i].IsSacked = true;
                        _bytes[i].IsLost = false;
                    }
                    MergeTimes(from, to);
                    _queue.Sack(new SackBlock(_start + from, _start + to), ref summary);
                    break;
                case Act.LoseOldest when _queue.OldestInFlight is { } oldest:
                    for (int i = oldest.Start - _start; i < oldest.End - _start; i++)
                        _bytes[i].IsLost = true;
                    _queue.MarkLost(oldest);
                    break;
                case Act.LoseAll when outstanding > 0:
                    long before = _now - b % 5;
                    int head = _queue.Head!.Length;
                    // RFC 2018, section 8: a peer that has the first, and doesn't acknowledge it, has reneged, and no block is believed.
                    bool reneged = _bytes[_una].IsSacked;
                    for (int i = _una; i < _bytes.Count; i++)
                    {
                        _bytes[i].IsSacked &= !reneged;
                        _bytes[i].IsLost |= reneged || (!_bytes[i].IsSacked && (_bytes[i].SentAt <= before || i < _una + head));
                    }
                    Assert.Equal(reneged, _queue.MarkAllLost(before));
                    break;
                case Act.TakeBack when outstanding > 0:
                    for (int i = _una; i < _bytes.Count; i++)
                    {
                        bool isTakenBack = _bytes[i].IsSacked && (i < from || i >= to);
                        _bytes[i].IsSacked &= !isTakenBack;
                        _bytes[i].IsLost |= isTakenBack;
                    }
                    _queue.TakeBack([new SackBlock(_start + from, _start + to)]);
                    break;
                case Act.Resend when _queue.NextLost is { } lost:
                    int length = Math.Min(lost.Length, b + 1), at = lost.Start - _start;
                    for (int i = at; i < at + length; i++)
                    {
                        _bytes[i].IsLost = false;
                        _bytes[i].SentAt = _now;
                    }
                    _queue.Resent(lost, length, length, _now);
                    break;
                case Act.Unmark:
                    foreach (Byte one in _bytes)
                        one.IsLost = false;
                    _queue.UnmarkLost();
                    break;
            }
            Assert.Equal(delivered, summary.Delivered);
            Check();
        }

        /// <summary>What's reported in a row becomes one element, whose time is the latest; taken back, it's lost with that time.</summary>
        private void MergeTimes(int from, int to)
        {
            while (from > _una && _bytes[from - 1].IsSacked)
                from--;
            while (to < _bytes.Count && _bytes[to].IsSacked)
                to++;
            long latest = _bytes[from..to].Max(b => b.SentAt);
            for (int i = from; i < to; i++)
                _bytes[i].SentAt = latest;
        }

        private void Check()
        {
            Assert.Null(_queue.FindInconsistency());
            List<Byte> outstanding = _bytes[_una..];
            Assert.Equal(outstanding.Count, _queue.Outstanding);
            Assert.Equal(outstanding.Count(b => b.IsSacked), _queue.SackedBytes);
            Assert.Equal(outstanding.Count(b => b.IsLost), _queue.LostBytes);
            Assert.Equal(outstanding.Count(b => !b.IsLost && !b.IsSacked), _queue.InFlight);
            int inFlight = 0;
            long last = 0;
            for (SentSegment? segment = _queue.OldestInFlight; segment is not null; segment = segment.ListNext)
            {
                Assert.True(segment.SentAt >= last, "what's in flight is not in the order of time");
                last = segment.SentAt;
                inFlight += segment.Length;
            }
            Assert.Equal(_queue.InFlight, inFlight);
            int position = _una;
            for (SentSegment? segment = _queue.Head; segment is not null; segment = segment.Next)
            {
                Assert.Equal(_start + position, segment.Start);
                for (; position < segment.End - _start; position++)
                    Assert.Equal((segment.IsSacked, segment.IsLost), (_bytes[position].IsSacked, _bytes[position].IsLost));
            }
            Assert.Equal(_bytes.Count, position);
        }

        private sealed class Byte
        {
            public long SentAt;
            public bool IsSacked;
            public bool IsLost;
        }
    }
}

using CsCheck;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp;

/// <summary>The scoreboard against the simplest model: what is known of each byte.</summary>
public sealed class RetransmissionQueueTests
{
    private enum Action
    {
        Send,
        Acknowledge,
        Sack,
        LoseFirst,
        LoseAll,
        Resend,
    }

    private static readonly Gen<(Action, int, int)> s_steps = Gen.Select(
        Gen.Frequency((5, Gen.Const(Action.Send)), (2, Gen.Const(Action.Acknowledge)), (4, Gen.Const(Action.Sack)), (1, Gen.Const(Action.LoseFirst)),
            (1, Gen.Const(Action.LoseAll)), (4, Gen.Const(Action.Resend))),
        Gen.Int[0, 400], Gen.Int[1, 100]);

    [Fact]
    public void What_is_in_flight_reported_and_lost_adds_up_after_any_history() =>
        Gen.Select(Gen.OneOf(Gen.Const(uint.MaxValue - 500), Gen.UInt), s_steps.Array[1, 80]).Sample(Run, iter: 5000);

    private static void Run(uint origin, (Action, int, int)[] steps)
    {
        RetransmissionQueue queue = new(new SentSegmentPool(), new DeliveryRateEstimator());
        Model model = new(new SequenceNumber(origin));
        long now = 1000;
        foreach ((Action action, int position, int length) in steps)
        {
            now += position;
            int delivered = 0;
            DeliverySummary summary = default;
            switch (action)
            {
                case Action.Send:
                    queue.Add(model.At(model.Next), model.At(model.Next + length), 1, length, now);
                    model.Send(length);
                    break;
                case Action.Acknowledge when !queue.IsEmpty:
                    int acknowledgment = model.Una + 1 + position % (model.Next - model.Una);
                    queue.Acknowledge(model.At(acknowledgment), ref summary);
                    delivered = model.Acknowledge(acknowledgment);
                    break;
                case Action.Sack when !queue.IsEmpty:
                    int start = model.Una + position % (model.Next - model.Una), end = Math.Min(start + length, model.Next);
                    queue.Sack(new SackBlock(model.At(start), model.At(end)), ref summary);
                    delivered = model.Sack(start, end);
                    break;
                case Action.LoseFirst when queue.Head is { IsSacked: false, IsLost: false } head:
                    queue.MarkLost(head);
                    model.Lose(model.Una, model.Una + head.Length);
                    break;
                case Action.LoseAll when !queue.IsEmpty:
                    bool reneged = queue.MarkAllLost(long.MaxValue);
                    Assert.Equal(model.LoseAll(), reneged);
                    break;
                case Action.Resend when queue.NextLost is { } lost:
                    int count = Math.Min(length, lost.Length), from = lost.Start - model.At(0);
                    Assert.Equal(Model.Lost, model[from]);
                    queue.Resent(lost, count, count, now);
                    model.Resend(from, from + count);
                    break;
            }
            Assert.Equal(delivered, summary.Delivered);
            Assert.Equal((model.Next - model.Una, model.Count(Model.Sacked), model.Count(Model.Lost)), (queue.Outstanding, queue.SackedBytes, queue.LostBytes));
            Assert.Equal(model.Count(Model.Flying), queue.InFlight);
            Assert.Equal(model.Count(Model.Lost) > 0, queue.NextLost is not null);
            AssertLinked(queue, model);
        }
    }

    /// <summary>The list covers all that is outstanding, without a gap, and says of each part what the model says of its bytes.</summary>
    private static void AssertLinked(RetransmissionQueue queue, Model model)
    {
        int position = model.Una;
        SentSegment? previous = null;
        for (SentSegment? segment = queue.Head; segment is not null; previous = segment, segment = segment.Next)
        {
            Assert.Same(previous, segment.Previous);
            Assert.Equal(model.At(position), segment.Start);
            byte expected = segment.IsSacked ? Model.Sacked : segment.IsLost ? Model.Lost : Model.Flying;
            for (; position < segment.End - model.At(0); position++)
                Assert.Equal(expected, model[position]);
        }
        Assert.Same(previous, queue.Tail);
        Assert.Equal(model.Next, position);
    }

    private sealed class Model(SequenceNumber origin)
    {
        public const byte Flying = 1;
        public const byte Sacked = 2;
        public const byte Lost = 3;

        private readonly List<byte> _bytes = [];

        public int Una { get; private set; }

        public int Next => _bytes.Count;

        public byte this[int position] => _bytes[position];

        public SequenceNumber At(int position) => origin + position;

        public int Count(byte state) => _bytes.Skip(Una).Count(b => b == state);

        public void Send(int length) => _bytes.AddRange(Enumerable.Repeat(Flying, length));

        public int Acknowledge(int to)
        {
            int delivered = _bytes[Una..to].Count(b => b != Sacked);
            Una = to;
            return delivered;
        }

        public int Sack(int start, int end) => Change(start, end, Sacked, b => b != Sacked);

        public void Lose(int start, int end) => Change(start, end, Lost, b => b == Flying);

        public void Resend(int start, int end) => Change(start, end, Flying, b => b == Lost);

        /// <summary>RFC 2018, section 8: if the first byte was reported, the reports are no longer believed.</summary>
        public bool LoseAll()
        {
            bool reneged = _bytes[Una] == Sacked;
            Change(Una, Next, Lost, b => b == Flying || reneged);
            return reneged;
        }

        private int Change(int start, int end, byte to, Func<byte, bool> when)
        {
            int changed = 0;
            for (int i = start; i < end; i++)
            {
                if (!when(_bytes[i]))
                    continue;
                _bytes[i] = to;
                changed++;
            }
            return changed;
        }
    }
}

using CsCheck;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp;

/// <summary>Against the simplest model: a set of the sequence numbers that are there.</summary>
public sealed class ReassemblyQueueTests
{
    private const int Space = 600;

    private enum Action
    {
        Insert,
        Take,
        Report,
    }

    private static readonly Gen<(Action, int, int)> s_steps = Gen.Select(Gen.Frequency((6, Gen.Const(Action.Insert)), (1, Gen.Const(Action.Take)), (1, Gen.Const(Action.Report))),
        Gen.Int[1, Space], Gen.Int[1, 80]);

    [Fact]
    public void Any_arrival_order_gives_the_bytes_in_order_once()
    {
        // The origin lies where numbers run over 2**32, or not.
        Gen.Select(Gen.OneOf(Gen.Const(uint.MaxValue - Space / 2), Gen.UInt), s_steps.Array[1, 60]).Sample((origin, steps) =>
        {
            using MbufPool pool = new();
            Run(pool, new SequenceNumber(origin), steps);
            Assert.All(pool.GetStatistics().Kinds, k => Assert.Equal(0, k.InUse));
        }, iter: 2000);
    }

    [Fact]
    public void A_jumbo_frame_keeps_no_memory_made_for_larger_packets()
    {
        using MbufPool pool = new();
        ReassemblyQueue queue = new(pool);
        SequenceNumber next = new(1000);
        byte[] data = [.. Enumerable.Range(0, 8960).Select(static i => (byte)(i * 7))];
        Mbuf payload = pool.GetLargeCluster()!;
        Assert.True(payload.Append(data));
        Assert.True(queue.Insert(next + 10, payload, data.Length, 2 * data.Length));
        Assert.InRange(queue.StorageSize, data.Length, 2 * data.Length);
        Assert.True(queue.TryTake(next + 10, out Mbuf? taken, out int length));
        byte[] read = new byte[length];
        taken!.CopyTo(0, read);
        taken.Free();
        Assert.Equal(data, read);
        Assert.All(pool.GetStatistics().Kinds, static k => Assert.Equal(0, k.InUse));
    }

    private static void Run(MbufPool pool, SequenceNumber origin, (Action, int, int)[] steps)
    {
        ReassemblyQueue queue = new(pool);
        SortedSet<int> model = [];
        int next = 0;
        int? latest = null;
        foreach ((Action action, int position, int length) in steps)
        {
            switch (action)
            {
                case Action.Insert when next + position + length < 2 * Space:
                    int start = next + position;
                    int before = model.Count;
                    model.UnionWith(Enumerable.Range(start, length));
                    bool isNew = queue.Insert(origin + start, Data(pool, start, length), length, int.MaxValue);
                    Assert.Equal(model.Count > before, isNew);
                    latest = start;
                    break;
                case Action.Take:
                    // What was missing arrives: everything up to the first gap follows.
                    next += position;
                    model.RemoveWhere(p => p < next);
                    while (queue.TryTake(origin + next, out Mbuf? payload, out int taken))
                    {
                        AssertData(payload!, next, taken);
                        model.ExceptWith(Enumerable.Range(next, taken));
                        next += taken;
                    }
                    Assert.DoesNotContain(next, model);
                    if (latest < next)
                        latest = null;
                    break;
                case Action.Report:
                    AssertReport(queue, origin, model, latest);
                    break;
            }
            Assert.Null(queue.FindInconsistency(origin + next));
            Assert.Equal(model.Count, queue.Length);
            Assert.Equal(model.Count == 0, queue.IsEmpty);
            Assert.Equal(Runs(model).Count, queue.RangeCount);
        }
        queue.Clear();
    }

    /// <summary>RFC 2018, section 4: whole runs, each once, the one with the segment that came last in front.</summary>
    private static void AssertReport(ReassemblyQueue queue, SequenceNumber origin, SortedSet<int> model, int? latest)
    {
        TcpOptions options = default;
        queue.Report(ref options, SackBlocks.Capacity);
        List<(int, int)> runs = Runs(model);
        Assert.Equal(Math.Min(runs.Count, SackBlocks.Capacity), options.SackCount);
        HashSet<(int, int)> seen = [];
        for (int i = 0; i < options.SackCount; i++)
        {
            (int, int) block = (options.Sack[i].Start - origin, options.Sack[i].End - origin);
            Assert.Contains(block, runs);
            Assert.True(seen.Add(block));
            if (i == 0 && latest is { } position)
                Assert.InRange(position, block.Item1, block.Item2 - 1);
        }
    }

    private static List<(int Start, int End)> Runs(SortedSet<int> model)
    {
        List<(int Start, int End)> runs = [];
        foreach (int position in model)
        {
            if (runs.Count > 0 && runs[^1].End == position)
                runs[^1] = (runs[^1].Start, position + 1);
            else
                runs.Add((position, position + 1));
        }
        return runs;
    }

    private static Mbuf Data(MbufPool pool, int start, int length)
    {
        byte[] bytes = new byte[length];
        Pattern.Fill(bytes, 0, start);
        return pool.GetCopy(bytes)!;
    }

    private static void AssertData(Mbuf payload, int start, int length)
    {
        for (Mbuf? m = payload; m is not null; m = m.Next)
        {
            Assert.Equal(-1, Pattern.FindDifference(m.Span, 0, start));
            start += m.Length;
            length -= m.Length;
        }
        Assert.Equal(0, length);
        payload.Free();
    }
}

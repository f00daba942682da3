namespace IoPkt.Simulator;

/// <summary>Which of the expected bytes a peer has: the simplest reassembly there is. Positions count from the first byte; the FIN stands after the last.</summary>
internal sealed class Arrivals(int expected)
{
    private readonly bool[] _has = new bool[expected + 1];

    /// <summary>The position after the last that has come.</summary>
    private int _end;

    /// <summary>Bytes of the stream, without the FIN.</summary>
    public int Expected => expected;

    /// <summary>The first position that's missing.</summary>
    public int Next { get; private set; }

    public bool IsComplete => Next > expected;

    public void Add(int start, int end)
    {
        Array.Fill(_has, true, start, end - start);
        _end = Math.Max(_end, end);
        int missing = _has.AsSpan(Next).IndexOf(false);
        Next = missing < 0 ? _has.Length : Next + missing;
    }

    /// <summary>Forgets everything beyond the first gap.</summary>
    public void Renege()
    {
        Array.Clear(_has, Next, _has.Length - Next);
        _end = Next;
    }

    /// <summary>Fills in the stretches beyond the first gap, from the latest to the first.</summary>
    public void Report(ref TcpOptions options, SequenceNumber first, int room)
    {
        for (int end = _end; options.SackCount < room && end > Next;)
        {
            int start = Next + _has.AsSpan(Next, end - Next).LastIndexOf(false) + 1;
            options.Sack[options.SackCount++] = new SackBlock(first + start, first + end);
            end = Next + _has.AsSpan(Next, start - Next).LastIndexOf(true) + 1;
        }
    }
}

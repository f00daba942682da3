namespace IoPkt.Simulator;

/// <summary>Which of the expected bytes a peer has: the simplest reassembly there is. Positions count from the first byte; the FIN stands after the last.</summary>
internal sealed class Arrivals(int expected)
{
    private readonly bool[] _has = new bool[expected + 1];

    /// <summary>Bytes of the stream, without the FIN.</summary>
    public int Expected => expected;

    /// <summary>The first position that's missing.</summary>
    public int Next { get; private set; }

    public bool IsComplete => Next > expected;

    public void Add(int start, int end)
    {
        Array.Fill(_has, true, start, end - start);
        while (Next < _has.Length && _has[Next])
            Next++;
    }

    /// <summary>Forgets everything beyond the first gap.</summary>
    public void Renege() => Array.Clear(_has, Next, _has.Length - Next);

    /// <summary>Fills in the stretches beyond the first gap, from the latest to the first.</summary>
    public void Report(ref TcpOptions options, SequenceNumber first, int room)
    {
        int end = _has.Length;
        while (options.SackCount < room)
        {
            while (end > Next && !_has[end - 1])
                end--;
            if (end <= Next)
                return;
            int start = end;
            while (start > Next && _has[start - 1])
                start--;
            options.Sack[options.SackCount++] = new SackBlock(first + start, first + end);
            end = start;
        }
    }
}

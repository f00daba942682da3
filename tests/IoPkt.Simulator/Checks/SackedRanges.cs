namespace IoPkt.Simulator;

/// <summary>Stretches of sequence space, in order and apart: the simplest scoreboard there is.</summary>
internal sealed class SackedRanges
{
    private readonly List<(SequenceNumber Start, SequenceNumber End)> _ranges = [];

    public void Clear() => _ranges.Clear();

    public void Add(SequenceNumber start, SequenceNumber end)
    {
        int at = 0;
        while (at < _ranges.Count && _ranges[at].End < start)
            at++;
        while (at < _ranges.Count && _ranges[at].Start <= end)
        {
            start = SequenceNumber.Min(start, _ranges[at].Start);
            end = SequenceNumber.Max(end, _ranges[at].End);
            _ranges.RemoveAt(at);
        }
        _ranges.Insert(at, (start, end));
    }

    /// <summary>Forgets what lies before it.</summary>
    public void Acknowledge(SequenceNumber una) => _ranges.RemoveAll(r => r.End <= una);

    /// <summary>Whether all of it is there.</summary>
    public bool Contain(SequenceNumber start, SequenceNumber end)
    {
        foreach ((SequenceNumber first, SequenceNumber last) in _ranges)
        {
            if (first <= start && end <= last)
                return true;
        }
        return false;
    }
}

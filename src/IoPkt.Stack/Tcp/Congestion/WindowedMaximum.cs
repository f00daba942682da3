namespace IoPkt.Stack;

/// <summary>The greatest of the values seen in a window of (virtual) time: Nichols's algorithm, which keeps the three best that can still become it.</summary>
internal struct WindowedMaximum
{
    private Entry _best;
    private Entry _second;
    private Entry _third;

    public readonly long Value => _best.Value;

    /// <param name="value">A sample.</param>
    /// <param name="time">When: never earlier than the one before.</param>
    /// <param name="length">Samples older than this don't count.</param>
    public long Update(long value, long time, long length)
    {
        Entry entry = new(value, time);
        if (value >= _best.Value || time - _third.Time > length)
        {
            _best = _second = _third = entry;
            return value;
        }
        if (value >= _second.Value)
            _second = _third = entry;
        else if (value >= _third.Value)
            _third = entry;
        if (time - _best.Time > length)
        {
            _best = _second;
            _second = _third;
            _third = entry;
            if (time - _best.Time > length)
            {
                _best = _second;
                _second = _third;
            }
        }
        else if (_second.Time == _best.Time && time - _best.Time > length / 4)
        {
            // A quarter of the window has gone without a second choice: take what there is.
            _second = _third = entry;
        }
        else if (_third.Time == _second.Time && time - _second.Time > length / 2)
        {
            _third = entry;
        }
        return _best.Value;
    }

    private readonly record struct Entry(long Value, long Time);
}

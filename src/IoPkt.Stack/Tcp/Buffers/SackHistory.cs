using System.Runtime.CompilerServices;

namespace IoPkt.Stack;

/// <summary>Starts of the ranges that changed last, the latest first: the order in which RFC 2018 wants them reported.</summary>
internal struct SackHistory
{
    private Entries _entries;

    public int Count { get; private set; }

    public readonly SequenceNumber this[int index] => _entries[index];

    public void Touch(SequenceNumber start)
    {
        int at = 0;
        while (at < Count && _entries[at] != start)
            at++;
        if (at == Count && Count < SackBlocks.Capacity)
            Count++;
        for (int i = Math.Min(at, SackBlocks.Capacity - 1); i > 0; i--)
            _entries[i] = _entries[i - 1];
        _entries[0] = start;
    }

    [InlineArray(SackBlocks.Capacity)]
    private struct Entries
    {
        private SequenceNumber _first;
    }
}

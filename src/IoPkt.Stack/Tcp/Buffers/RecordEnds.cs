using System.Runtime.InteropServices;

namespace IoPkt.Stack;

/// <summary>Positions in a send buffer at which records end (MSG_EOR), in order.</summary>
internal sealed class RecordEnds
{
    private readonly List<long> _ends = [];
    private int _first;

    private Span<long> Ends => CollectionsMarshal.AsSpan(_ends)[_first..];

    public void Add(long position)
    {
        if (_ends.Count == _first || _ends[^1] < position)
            _ends.Add(position);
    }

    /// <summary>The first end after <paramref name="position"/>; <see cref="long.MaxValue"/>: there's none.</summary>
    public long After(long position)
    {
        Span<long> ends = Ends;
        int index = ends.BinarySearch(position + 1);
        index = index < 0 ? ~index : index;
        return index < ends.Length ? ends[index] : long.MaxValue;
    }

    /// <summary>Forgets those up to <paramref name="position"/>.</summary>
    public void Release(long position)
    {
        while (_first < _ends.Count && _ends[_first] <= position)
            _first++;
        // What is forgotten is moved out once it's half of the list, so each is moved once at most.
        if (_first * 2 < _ends.Count)
            return;
        _ends.RemoveRange(0, _first);
        _first = 0;
    }
}

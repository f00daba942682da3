namespace IoPkt.Stack;

/// <summary>
/// All timers of a stack: a binary heap with microsecond deadlines. A timer that moves later, as a retransmission timer does with each
/// acknowledgement, isn't moved in the heap: it's put right when its old place comes up. So the common change costs one store.
/// </summary>
public sealed class TimerQueue(Clock clock)
{
    private StackTimer[] _heap = new StackTimer[64];
    private int _count;

    internal long Now => clock.Now;

    /// <summary>Timers in the heap, cancelled ones included.</summary>
    internal int Count => _count;

    /// <summary>When <see cref="RunExpired"/> should be called next: never later than the first deadline; <see cref="long.MaxValue"/> when nothing is armed.</summary>
    public long NextDeadline => _count == 0 ? long.MaxValue : _heap[0].HeapDeadline;

    /// <summary>Runs every timer whose deadline has passed.</summary>
    public void RunExpired()
    {
        long now = clock.Now;
        while (_count > 0 && _heap[0].HeapDeadline <= now)
        {
            StackTimer timer = _heap[0];
            if (timer.Deadline <= now)
            {
                RemoveFirst();
                timer.Expire();
            }
            else if (timer.IsArmed)
            {
                timer.HeapDeadline = timer.Deadline;
                SiftDown(0);
            }
            else
            {
                RemoveFirst();
            }
        }
    }

    internal void Schedule(StackTimer timer)
    {
        if (timer.HeapIndex < 0)
        {
            if (_count == _heap.Length)
                Array.Resize(ref _heap, 2 * _count);
            timer.HeapDeadline = timer.Deadline;
            timer.HeapIndex = _count;
            _heap[_count++] = timer;
            SiftUp(timer.HeapIndex);
        }
        else if (timer.Deadline < timer.HeapDeadline)
        {
            timer.HeapDeadline = timer.Deadline;
            SiftUp(timer.HeapIndex);
        }
    }

    internal void Remove(StackTimer timer)
    {
        int index = timer.HeapIndex;
        if (index < 0)
            return;
        timer.HeapIndex = -1;
        StackTimer last = _heap[--_count];
        _heap[_count] = null!;
        if (last == timer)
            return;
        Place(last, index);
        SiftUp(index);
        SiftDown(last.HeapIndex);
    }

    private void RemoveFirst() => Remove(_heap[0]);

    private void SiftUp(int index)
    {
        StackTimer timer = _heap[index];
        while (index > 0)
        {
            int parent = (index - 1) / 2;
            if (_heap[parent].HeapDeadline <= timer.HeapDeadline)
                break;
            Place(_heap[parent], index);
            index = parent;
        }
        Place(timer, index);
    }

    private void SiftDown(int index)
    {
        StackTimer timer = _heap[index];
        for (int child; (child = 2 * index + 1) < _count; index = child)
        {
            if (child + 1 < _count && _heap[child + 1].HeapDeadline < _heap[child].HeapDeadline)
                child++;
            if (timer.HeapDeadline <= _heap[child].HeapDeadline)
                break;
            Place(_heap[child], index);
        }
        Place(timer, index);
    }

    private void Place(StackTimer timer, int index)
    {
        _heap[index] = timer;
        timer.HeapIndex = index;
    }
}

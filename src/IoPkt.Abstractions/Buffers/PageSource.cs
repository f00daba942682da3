using System.Runtime.InteropServices;

namespace IoPkt;

/// <summary>Native memory in page-aligned quanta, up to a limit; all of it is returned to the host together.</summary>
internal sealed unsafe class PageSource(long maximumBytes) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<nint> _pages = [];
    private long _bytes;

    public long Bytes => Interlocked.Read(ref _bytes);

    public long MaximumBytes => maximumBytes;

    /// <param name="least">Bytes of one buffer.</param>
    /// <param name="quantum">Bytes to take at least.</param>
    /// <param name="left">Bytes that the limit must leave for others.</param>
    /// <param name="bytes">What was taken.</param>
    /// <returns>The address; 0 at the limit.</returns>
    public nint Allocate(int least, int quantum, long left, out int bytes)
    {
        bytes = Math.Max(quantum, (least + Environment.SystemPageSize - 1) / Environment.SystemPageSize * Environment.SystemPageSize);
        lock (_lock)
        {
            if (_bytes + bytes > maximumBytes - left)
                return 0;
            nint memory = (nint)NativeMemory.AlignedAlloc((nuint)bytes, (nuint)Environment.SystemPageSize);
            _pages.Add(memory);
            _bytes += bytes;
            return memory;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (nint page in _pages)
                NativeMemory.AlignedFree((void*)page);
            _pages.Clear();
            _bytes = 0;
        }
    }
}

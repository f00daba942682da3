using System.Runtime.InteropServices;

namespace IoPkt;

/// <summary>Native memory in page-aligned quanta, up to a limit; all of it is returned to the host together.</summary>
internal sealed unsafe class PageSource(int pageSize, long maximumBytes) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<nint> _pages = [];
    private long _bytes;

    public long Bytes => Interlocked.Read(ref _bytes);

    public long MaximumBytes => maximumBytes;

    /// <returns>The address of one quantum, or of as many as one buffer of <paramref name="least"/> bytes needs; 0 at the limit.</returns>
    public nint Allocate(int least, out int bytes)
    {
        bytes = Math.Max(pageSize, (least + Environment.SystemPageSize - 1) / Environment.SystemPageSize * Environment.SystemPageSize);
        lock (_lock)
        {
            if (_bytes + bytes > maximumBytes)
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

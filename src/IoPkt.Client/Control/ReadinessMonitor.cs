using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace IoPkt.Client.Control;

/// <summary>
/// Waits for descriptors to be writable. .NET's Socket can wait only by doing something, and on a stream that's connecting nothing may be written. One thread waits
/// for all, and only as long as somebody does.
/// </summary>
internal sealed partial class ReadinessMonitor : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Waiter> _waiters = [];
    private SafeSocketHandle? _wake;
    private bool _isRunning;

    /// <returns>The kernel's poll bits.</returns>
    public async Task<short> WaitAsync(SafeSocketHandle socket, short events, CancellationToken cancellation)
    {
        Waiter waiter = new(socket, events);
        lock (_lock)
        {
            _wake ??= CreateEventDescriptor();
            _waiters.Add(waiter);
            if (!_isRunning)
            {
                _isRunning = true;
                new Thread(Run) { IsBackground = true, Name = "io-pkt client" }.Start();
            }
        }
        Wake();
        using CancellationTokenRegistration registration = cancellation.Register(() =>
        {
            lock (_lock)
                _waiters.Remove(waiter);
            waiter.Ready.TrySetCanceled(cancellation);
            Wake();
        });
        return await waiter.Ready.Task.ConfigureAwait(false);
    }

    public void Dispose()
    {
        Waiter[] abandoned;
        lock (_lock)
        {
            abandoned = [.. _waiters];
            _waiters.Clear();
        }
        foreach (Waiter waiter in abandoned)
            waiter.Ready.TrySetException(new ObjectDisposedException(nameof(IoPktClient)));
        Wake();
    }

    private void Run()
    {
        while (TakeWaiters() is { } waiters)
        {
            PollDescriptor[] descriptors = new PollDescriptor[waiters.Length + 1];
            descriptors[0] = new PollDescriptor { Descriptor = (int)_wake!.DangerousGetHandle(), Events = PollIn };
            for (int i = 0; i < waiters.Length; i++)
                descriptors[i + 1] = waiters[i].Reference();
            int ready = Poll(descriptors, (nuint)descriptors.Length, -1);
            foreach (Waiter waiter in waiters)
                waiter.Release();
            if (ready <= 0)
                continue;
            if (descriptors[0].Returned != 0)
                Read(_wake, out _, sizeof(ulong));
            for (int i = 0; i < waiters.Length; i++)
            {
                short returned = descriptors[i + 1].Returned;
                if (returned == 0)
                    continue;
                lock (_lock)
                    _waiters.Remove(waiters[i]);
                waiters[i].Ready.TrySetResult(returned);
            }
        }
    }

    /// <returns><c>null</c> when nobody waits: then the thread has ended as far as others are concerned.</returns>
    private Waiter[]? TakeWaiters()
    {
        lock (_lock)
        {
            _isRunning = _waiters.Count > 0;
            return _isRunning ? [.. _waiters] : null;
        }
    }

    private void Wake()
    {
        lock (_lock)
        {
            ulong one = 1;
            if (_wake is not null)
                Write(_wake, one, sizeof(ulong));
        }
    }

    private static SafeSocketHandle CreateEventDescriptor()
    {
        const int closeOnExec = 0x80000;
        const int nonBlocking = 0x800;
        int descriptor = EventDescriptor(0, closeOnExec | nonBlocking);
        return descriptor >= 0 ? new SafeSocketHandle(descriptor, true) : throw Errors.Exception(Marshal.GetLastPInvokeError());
    }

    public const short PollIn = 0x1;
    public const short PollOut = 0x4;
    public const short PollError = 0x8;
    public const short PollHangUp = 0x10;
    public const short PollReadHangUp = 0x2000;

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll([In, Out] PollDescriptor[] descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeSocketHandle descriptor, out ulong value, nuint size);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeSocketHandle descriptor, in ulong value, nuint size);

    private sealed class Waiter(SafeSocketHandle socket, short events)
    {
        private bool _referenced;

        public TaskCompletionSource<short> Ready { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Keeps the descriptor open while the kernel looks at it. A closed one is reported as such: −1 is never ready, so the waiter is failed here.</summary>
        public PollDescriptor Reference()
        {
            try
            {
                socket.DangerousAddRef(ref _referenced);
                return new PollDescriptor { Descriptor = (int)socket.DangerousGetHandle(), Events = events };
            }
            catch (ObjectDisposedException closed)
            {
                Ready.TrySetException(closed);
                return new PollDescriptor { Descriptor = -1 };
            }
        }

        public void Release()
        {
            if (_referenced)
                socket.DangerousRelease();
            _referenced = false;
        }
    }
}

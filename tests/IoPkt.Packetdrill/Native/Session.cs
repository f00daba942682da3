using System.Runtime.InteropServices;
using IoPkt.Packetdrill.Calls;
using IoPkt.Packetdrill.Host;

namespace IoPkt.Packetdrill.Native;

/// <summary>
/// One script's run. packetdrill has two threads: the main one reads the script, lets time pass, sends and receives packets; the other makes the calls that block.
/// Time moves only in the main thread's calls, and when something in them ends a blocked call, they wait until its thread has asked for the time, as packetdrill does
/// after each blocking call. So it sees the moment when the call ended, however the threads are scheduled.
/// </summary>
internal sealed class Session : IDisposable
{
    /// <summary>What the host's time 0 is to packetdrill: anything but the 0 that it takes for "unknown".</summary>
    private const long Epoch = 1_000_000_000_000_000;

    /// <summary>How long a script waits for a packet at most, in virtual microseconds: a day.</summary>
    private const long LongestWait = 24L * 3600 * 1_000_000;

    private static readonly TimeSpan RealReturn = TimeSpan.FromMilliseconds(2);

    private static readonly TimeSpan LongestReturn = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly VirtualKernel _kernel;
    private readonly SettingsFile? _settings;
    private readonly List<StateFile> _reports = [];
    private SystemCall? _blocked;
    private int _blockedThread;
    private bool _isReturning;
    private bool _hasReturned;

    public Session(HostConfiguration configuration)
    {
        _kernel = new VirtualKernel(configuration);
        _kernel.Host.Stepped = Stepped;
        _settings = configuration.SettingsFile is { } settings ? new SettingsFile(settings, _kernel.Settings) : null;
        if (configuration.SocketFile is { } sockets)
            _reports.Add(new StateFile(sockets, () => SocketReport.Describe(Host)));
        if (configuration.CounterFile is { } counters)
            _reports.Add(new StateFile(counters, () => CounterReport.Describe(Host)));
    }

    private VirtualHost Host => _kernel.Host;

    /// <summary>Makes a call, and blocks the thread while the call does.</summary>
    /// <returns>The result; below 0 it's −1, and errno is set.</returns>
    public long Call(Func<VirtualKernel, SystemCall> begin)
    {
        lock (_gate)
        {
            _settings?.Refresh();
            SystemCall call = begin(_kernel);
            if (call.IsComplete)
            {
                Stepped();
            }
            else
            {
                _blocked = call;
                _blockedThread = Environment.CurrentManagedThreadId;
                while (!call.IsComplete)
                    Monitor.Wait(_gate);
            }
            return Return(call.Result);
        }
    }

    /// <summary>Makes a call that never blocks.</summary>
    public long Call(Func<VirtualKernel, long> make)
    {
        lock (_gate)
        {
            _settings?.Refresh();
            return Return(make(_kernel));
        }
    }

    public void Deliver(ReadOnlySpan<byte> packet)
    {
        lock (_gate)
        {
            _settings?.Refresh();
            Host.Deliver(packet);
        }
    }

    /// <summary>Lets time pass until the host sends a packet.</summary>
    /// <returns>Whether it did before a day was over.</returns>
    public bool TryTakeSent(out byte[] bytes, out long time)
    {
        lock (_gate)
        {
            _settings?.Refresh();
            bool isSent = Host.RunUntilSent(Host.Now + LongestWait, out SentPacket packet);
            bytes = packet.Bytes;
            time = Epoch + packet.Time;
            return isSent;
        }
    }

    /// <summary>Lets time pass. After a blocked call it takes some real time, too: packetdrill holds no lock while it sleeps, and the call's thread waits for that lock to say what the result was.</summary>
    public void Sleep(long microseconds)
    {
        lock (_gate)
        {
            _settings?.Refresh();
            Host.RunUntil(Host.Now + microseconds);
            if (!_hasReturned)
                return;
            _hasReturned = false;
        }
        Thread.Sleep(RealReturn);
    }

    /// <summary>The time. Each look takes a microsecond, for packetdrill waits for the last few in a loop.</summary>
    public long GetTime()
    {
        lock (_gate)
        {
            if (_isReturning && Environment.CurrentManagedThreadId == _blockedThread)
            {
                _isReturning = false;
                Monitor.PulseAll(_gate);
            }
            else if (!_isReturning)
            {
                Host.RunUntil(Host.Now + 1);
                _reports.ForEach(static report => report.Refresh());
            }
            return Epoch + Host.Now;
        }
    }

    public void Dispose()
    {
        lock (_gate)
            _kernel.CloseAll();
    }

    /// <summary>Called when something has happened: the blocked call may have its result now.</summary>
    private void Stepped()
    {
        _reports.ForEach(static report => report.IsStale = true);
        _blocked?.Retry();
        if (_blocked is not { IsComplete: true })
            return;
        _blocked = null;
        _isReturning = true;
        Monitor.PulseAll(_gate);
        while (_isReturning && Monitor.Wait(_gate, LongestReturn))
        {
        }
        _isReturning = false;
        _hasReturned = true;
    }

    private static long Return(long result)
    {
        if (result >= 0)
            return result;
        Marshal.SetLastSystemError((int)-result);
        return -1;
    }
}

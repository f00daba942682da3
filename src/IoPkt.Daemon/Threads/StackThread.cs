using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Threads;

/// <summary><c>-D</c>: the one thread that runs the stack context, so that packet threads do layer 2 only.</summary>
internal sealed partial class StackThread : IDisposable
{
    private readonly Action _run;
    private readonly int? _priority;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Thread _thread;
    private volatile bool _isInside;
    private volatile bool _stopping;

    /// <param name="run">Runs what is waiting, and leaves.</param>
    public StackThread(Action run, PacketThreadOptions options, ILogger logger)
    {
        _run = run;
        _priority = options.StackPriority ?? options.Priority;
        _logger = logger;
        _thread = new Thread(Run, options.StackSize) { Name = "stack", IsBackground = true };
    }

    public void Start() => _thread.Start();

    /// <summary>The context has been entered for this thread to run it. Any thread may call.</summary>
    public void Wake()
    {
        _isInside = true;
        _wake.Release();
    }

    public void Stop()
    {
        if (_stopping)
            return;
        _stopping = true;
        _wake.Release();
        if (_thread.IsAlive)
            _thread.Join();
    }

    public void Dispose() => _wake.Dispose();

    private void Run()
    {
        if (_priority is { } priority && !RealTimePriority.TrySet(priority, out string reason))
            LogPriority(_logger, priority, reason);
        for (; ; )
        {
            _wake.Wait();
            if (_isInside)
            {
                // Before running: whoever enters next, when this thread has left, sets it again.
                _isInside = false;
                _run();
            }
            if (_stopping)
                return;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "-P {Priority}: the host refuses real-time priorities ({Reason}; CAP_SYS_NICE or a limit of rtprio is needed); ordinary scheduling is used")]
    private static partial void LogPriority(ILogger logger, int priority, string reason);
}

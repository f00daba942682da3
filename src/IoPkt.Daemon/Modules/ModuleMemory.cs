using IoPkt.Stack;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Modules;

/// <summary>
/// Sees to it that the memory of unloaded modules returns. A load context goes when a collection finds that nothing refers to it any more; but a daemon that allocates nothing in steady state may not collect for days.
/// So one is begun soon after a module was unloaded. What stays all the same is the module's fault, and the log says so.
/// </summary>
internal sealed partial class ModuleMemory : IDisposable
{
    /// <summary>Modules that are unloaded one after the other are collected together.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A context needs two: one before its finalizers have run, and one after.</summary>
    private const int Attempts = 5;

    private readonly Lock _lock = new();
    private readonly List<Tracked> _contexts = [];
    private readonly ITimer _timer;
    private readonly ILogger _logger;
    private bool _isCollecting;

    public ModuleMemory(NetworkStack stack, ILogger<ModuleMemory> logger)
    {
        _logger = logger;
        _timer = stack.Clock.Provider.CreateTimer(static memory => ((ModuleMemory)memory!).Collect(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        SysctlGroup modules = stack.Sysctl.Group("qnx.modules");
        modules.ReadOnly("loaded", "Modules in use; with a legacy driver its shim", () => Count(isUnloaded: false));
        modules.ReadOnly("unloaded", "Modules no longer in use whose memory hasn't returned yet", () => Count(isUnloaded: true));
    }

    public ModuleLoadContext CreateContext(string file)
    {
        ModuleLoadContext context = new(file);
        Tracked tracked = new(context.Name!, new WeakReference(context));
        lock (_lock)
            _contexts.Add(tracked);
        context.Unloading += _ => Unloading(tracked);
        return context;
    }

    public void Dispose() => _timer.Dispose();

    private int Count(bool isUnloaded)
    {
        lock (_lock)
            return _contexts.Count(c => c.IsUnloaded == isUnloaded && c.Context.IsAlive);
    }

    private void Unloading(Tracked tracked)
    {
        lock (_lock)
        {
            tracked.IsUnloaded = true;
            if (!_isCollecting)
                _timer.Change(Interval, Timeout.InfiniteTimeSpan);
            _isCollecting = true;
        }
    }

    private void Collect()
    {
        // Aggressive: the pages go back to the host, too.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        List<string> stuck = [];
        lock (_lock)
        {
            _contexts.RemoveAll(c => !c.Context.IsAlive);
            foreach (Tracked context in _contexts.Where(c => c.IsUnloaded))
            {
                if (++context.Collections == Attempts)
                    stuck.Add(context.Name);
            }
            _isCollecting = _contexts.Exists(c => c.IsUnloaded && c.Collections < Attempts);
            if (_isCollecting)
                _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
        foreach (string name in stuck)
            LogStuck(_logger, name);
    }

    private sealed class Tracked(string name, WeakReference context)
    {
        public string Name => name;

        public WeakReference Context => context;

        public bool IsUnloaded { get; set; }

        /// <summary>That it has survived since it was unloaded.</summary>
        public int Collections { get; set; }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} is unloaded, but its memory isn't returned: something still refers to it, such as a thread that it has left running or a handler in a static event")]
    private static partial void LogStuck(ILogger logger, string name);
}

namespace IoPkt.Stack;

/// <summary>
/// The stack as one protocol module sees it. It remembers what the module has taken, so that all of it can be given back; and whatever it calls of the module it calls
/// guarded, so that the module's exception is the module's end and nobody else's.
/// </summary>
public sealed class ProtocolHost : IProtocolStack, IInterfaceObserver
{
    private readonly NetworkStack _stack;
    private readonly ProtocolHostServices _services;
    private readonly Dictionary<NetworkInterface, ProtocolInterface> _interfaces = [];
    private readonly List<ProtocolTimer> _timers = [];
    private bool _isClosed;

    /// <summary>In the stack context.</summary>
    public ProtocolHost(NetworkStack stack, ProtocolHostServices services)
    {
        ArgumentNullException.ThrowIfNull(stack);
        _stack = stack;
        _services = services;
        foreach (NetworkInterface existing in stack.Interfaces.All)
            Add(existing);
        stack.Interfaces.AddObserver(this);
    }

    public TimeSpan Now => TimeSpan.FromMicroseconds(_stack.Clock.Now);

    public Random Random => _stack.Random;

    public MbufPool Pool => _stack.Pool;

    public IReadOnlyList<IProtocolInterface> Interfaces => [.. _interfaces.Values];

    public Action<IProtocolInterface, InterfaceChange>? InterfaceChanged { get; set; }

    internal NetworkStack Stack => _stack;

    public IProtocolInterface? Find(string name) =>
        _stack.Interfaces.TryFind(name, out NetworkInterface? found) && _interfaces.TryGetValue(found, out ProtocolInterface? view) ? view : null;

    public IProtocolTimer CreateTimer(Action expired)
    {
        ArgumentNullException.ThrowIfNull(expired);
        ProtocolTimer timer = new(_stack.Timers, () => Guard(expired));
        _timers.Add(timer);
        return timer;
    }

    public void Post(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        _services.Post(() => Guard(work));
    }

    /// <summary>Takes everything back from the module: nothing of it is called any more.</summary>
    public void Close()
    {
        _isClosed = true;
        InterfaceChanged = null;
        _stack.Interfaces.RemoveObserver(this);
        foreach (ProtocolTimer timer in _timers)
            timer.Cancel();
        _timers.Clear();
        foreach (ProtocolInterface view in _interfaces.Values)
            view.Close();
        _interfaces.Clear();
    }

    void IInterfaceObserver.Changed(NetworkInterface changed, InterfaceChange change)
    {
        if (change == InterfaceChange.Added)
            Add(changed);
        if (!_interfaces.TryGetValue(changed, out ProtocolInterface? view))
            return;
        Guard(() => InterfaceChanged?.Invoke(view, change));
        if (change == InterfaceChange.Removed && _interfaces.Remove(changed))
            view.Close();
    }

    internal void RequestUp(NetworkInterface owner) => _services.RequestUp(owner.Name);

    /// <summary>Runs the module's code.</summary>
    internal void Guard(Action work)
    {
        if (_isClosed)
            return;
        try
        {
            work();
        }
#pragma warning disable CA1031 // A module may throw anything.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fault(e);
        }
    }

    internal void Fault(Exception exception)
    {
        if (!_isClosed)
            _services.Faulted(exception);
        Close();
    }

    private void Add(NetworkInterface added)
    {
        if (added.Link is EthernetLink link)
            _interfaces.TryAdd(added, new ProtocolInterface(this, added, link));
    }

    private sealed class ProtocolTimer(TimerQueue queue, Action expired) : IProtocolTimer
    {
        private readonly StackTimer _timer = new(queue, expired);

        public bool IsArmed => _timer.IsArmed;

        public void Arm(TimeSpan fromNow) => _timer.ArmAfter((long)fromNow.TotalMicroseconds);

        public void Cancel() => _timer.Cancel();
    }
}

/// <summary>What a stack can't do by itself for a protocol module.</summary>
/// <param name="Post">Runs something in the stack context, from any thread.</param>
/// <param name="RequestUp">Has the interface of that name taken up, by and by.</param>
/// <param name="Faulted">Hears of the module's exception. Nothing of the module is called any more.</param>
public sealed record ProtocolHostServices(Action<Action> Post, Action<string> RequestUp, Action<Exception> Faulted);

using IoPkt.Daemon.Modules;
using IoPkt.Daemon.Threads;
using IoPkt.Stack;

namespace IoPkt.Daemon.Interfaces;

/// <summary>An interface with a device behind it, from the packet threads to the driver. Its operations come one at a time: <see cref="Gate"/>.</summary>
internal sealed class ManagedInterface
{
    private static readonly TimeSpan DescribePatience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan TransmitPatience = TimeSpan.FromSeconds(10);

    private readonly List<(QueuePort Port, PacketThread Thread)> _served = [];
    private readonly PacketThreads _threads;
    private readonly TimeProvider _time;
    private Task<(string Media, LinkState LinkState)>? _asked;
    private bool _started;

    public ManagedInterface(string name, IDevice device, LoadedModule<IDriver> module, PacketThreads threads, StackContext context, TimeProvider time,
        Action<ManagedInterface, string, Exception> fault)
    {
        Name = name;
        Device = device;
        Module = module;
        _threads = threads;
        _time = time;
        DeviceInbox? inbox = null;
        if (device is IDeliveringDevice delivering)
            delivering.Input = inbox = new DeviceInbox();
        Port = new DevicePort([.. device.Queues.Select((queue, i) =>
            new QueuePort(context, queue, (where, e) => fault(this, where, e)) { Inbox = i == 0 && queue.Descriptor < 0 ? inbox : null })]);
    }

    public string Name { get; }

    public IDevice Device { get; }

    public LoadedModule<IDriver> Module { get; }

    public DevicePort Port { get; }

    /// <summary>Set once it's in the stack.</summary>
    public NetworkInterface? Interface { get; private set; }

    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>It has been taken away; whoever waited for the gate must not touch it any more.</summary>
    public bool Destroyed { get; set; }

    public void Attached(NetworkInterface added)
    {
        Interface = added;
        foreach (QueuePort port in Port.Queues)
            port.Interface = added;
    }

    /// <summary>Asks the device. One that still hasn't answered the last time isn't asked again.</summary>
    public async Task<DeviceReport> DescribeAsync()
    {
        Task<(string Media, LinkState LinkState)>? asked = Volatile.Read(ref _asked);
        if (asked is null || asked.IsCompleted)
            Volatile.Write(ref _asked, asked = Task.Run(() => (Device.Media, Device.LinkState)));
        try
        {
            (string media, LinkState state) = await asked.WaitAsync(DescribePatience, _time).ConfigureAwait(false);
            return DescribeWithout(media) with { LinkState = state };
        }
        catch (TimeoutException) when (!asked.IsCompleted)
        {
            return DescribeWithout("(the driver doesn't answer)");
        }
    }

    /// <summary>What is known without asking the device.</summary>
    public DeviceReport DescribeWithout(string media) => new(Module.Name, media, LinkState.Unknown, [.. Port.Queues.Select(q => q.Describe())]);

    public void ResetCounters()
    {
        foreach (QueuePort port in Port.Queues)
            port.ResetCounters();
    }

    /// <summary>Starts the device.</summary>
    public async Task StartAsync()
    {
        if (_started)
            return;
        // First, for a device that delivers at once.
        foreach (QueuePort port in Port.Queues)
            port.Open();
        try
        {
            Device.Start();
            // Which groups are joined the stack looks for itself.
            Device.SetReceiveMode(promiscuous: false, allMulticast: (Device.Flags & InterfaceFlags.Multicast) != 0);
        }
        catch
        {
            await ClosePortsAsync().ConfigureAwait(false);
            throw;
        }
        _started = true;
    }

    /// <summary>Lets frames in. The interface is up by now: what the device has received since its start is waiting, and would be dropped otherwise.</summary>
    public async Task ReceiveAsync()
    {
        if (_served.Count > 0)
            return;
        foreach (QueuePort port in Port.Queues)
        {
            if (port.Descriptor < 0 && port.Inbox is null)
                continue;
            PacketThread thread = _threads.AssignQueue();
            await thread.AddQueueAsync(port).ConfigureAwait(false);
            _served.Add((port, thread));
        }
    }

    /// <summary>Ends traffic, then stops the device: when this returns the driver is in none of its calls.</summary>
    public async Task StopAsync()
    {
        if (!_started)
            return;
        _started = false;
        foreach ((QueuePort port, PacketThread thread) in _served)
            await thread.RemoveQueueAsync(port).ConfigureAwait(false);
        _served.Clear();
        await ClosePortsAsync().ConfigureAwait(false);
        Device.Stop();
    }

    private async Task ClosePortsAsync()
    {
        foreach (QueuePort port in Port.Queues)
            await port.CloseAsync(TransmitPatience, _time).ConfigureAwait(false);
    }
}

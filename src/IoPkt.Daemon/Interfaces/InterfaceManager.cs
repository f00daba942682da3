using System.Collections.Concurrent;
using IoPkt.Daemon.Modules;
using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Interfaces;

/// <summary>The interfaces with devices behind them. A driver that throws loses its interface; one that hangs holds up requests about that interface only.</summary>
internal sealed partial class InterfaceManager : IInterfaceControl, IAsyncDisposable
{
    private readonly NetworkStack _stack;
    private readonly StackContext _context;
    private readonly PacketThreads _threads;
    private readonly DriverFactory _drivers;
    private readonly ModuleLoader _loader;
    private readonly InterfaceEntries _entries;
    private readonly ILogger _logger;
    private readonly InterfaceNamePool _names;
    private readonly ConcurrentDictionary<string, ManagedInterface> _interfaces = new();

    public InterfaceManager(NetworkStack stack, StackContext context, PacketThreads threads, DriverFactory drivers, ModuleLoader loader, InterfaceEntries entries,
        ILogger<InterfaceManager> logger)
    {
        _stack = stack;
        _context = context;
        _threads = threads;
        _drivers = drivers;
        _loader = loader;
        _entries = entries;
        _logger = logger;
        _names = new InterfaceNamePool(stack.Interfaces);
    }

    public async Task<DeviceReport?> DescribeDeviceAsync(string name)
    {
        if (!_interfaces.TryGetValue(name, out ManagedInterface? managed))
            return null;
        try
        {
            return await managed.DescribeAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A driver may throw anything.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failed(managed, "tell its state", e);
            return managed.DescribeWithout($"(the driver failed: {e.Message})");
        }
    }

    public void ResetDeviceCounters(string name)
    {
        if (_interfaces.TryGetValue(name, out ManagedInterface? managed))
            managed.ResetCounters();
    }

    public Task<IReadOnlyList<string>> ListClonersAsync() => Task.Run(_loader.ListCloners);

    public Task<IReadOnlyList<string>> LoadDriverAsync(string module, string? options) => Task.Run(async () =>
    {
        (LoadedModule<IDriver> loaded, IReadOnlyList<IDevice> devices, GenericDriverOptions generic) = _drivers.Attach(module, options);
        foreach (IDevice _ in devices)
            loaded.AddUser();
        List<string> added = [];
        int? unit = generic.Unit;
        try
        {
            foreach (IDevice device in devices)
            {
                added.Add(await AddAsync(loaded, device, generic.Prefix, unit).ConfigureAwait(false));
                unit++;
            }
        }
        catch
        {
            foreach (IDevice device in devices.Skip(added.Count))
                Release(loaded, device);
            foreach (string name in added)
                await DestroyAsync(name).ConfigureAwait(false);
            throw;
        }
        return (IReadOnlyList<string>)added;
    });

    public async Task SetUpAsync(string name, bool up)
    {
        if (!_interfaces.TryGetValue(name, out ManagedInterface? managed))
        {
            await ChangeInStackAsync(name, (stack, found) => stack.Interfaces.SetUp(found, up)).ConfigureAwait(false);
            return;
        }
        await WithGateAsync(managed, up ? "start" : "stop", async () =>
        {
            if (up)
                await managed.StartAsync().ConfigureAwait(false);
            await SetUpInStackAsync(managed, up).ConfigureAwait(false);
            await (up ? managed.ReceiveAsync() : managed.StopAsync()).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    public async Task SetMtuAsync(string name, int mtu)
    {
        if (!_interfaces.TryGetValue(name, out ManagedInterface? managed))
        {
            await ChangeInStackAsync(name, (stack, found) => stack.Interfaces.SetMtu(found, mtu)).ConfigureAwait(false);
            return;
        }
        await WithGateAsync(managed, "change its MTU", async () =>
        {
            try
            {
                managed.Device.SetMtu(mtu);
            }
            catch (ArgumentOutOfRangeException e)
            {
                throw new ModuleException($"{name}: {e.Message}", e);
            }
            await _context.InvokeAsync(stack =>
            {
                stack.Interfaces.SetMtu(managed.Interface!, mtu);
                return true;
            }).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    public async Task DestroyAsync(string name)
    {
        if (!_interfaces.TryGetValue(name, out ManagedInterface? managed))
        {
            throw new ModuleException(_stack.Interfaces.TryFind(name, out _)
                ? $"{name} can't be destroyed: it belongs to the stack"
                : $"no interface {name}");
        }
        await WithGateAsync(managed, "be destroyed", async () =>
        {
            managed.Destroyed = true;
            _interfaces.TryRemove(managed.Name, out _);
            await _context.InvokeAsync(stack =>
            {
                stack.Interfaces.Remove(managed.Interface!);
                return true;
            }).ConfigureAwait(false);
            _names.Release(managed.Name);
            _entries.Remove(managed.Name);
            await StopForGoodAsync(managed).ConfigureAwait(false);
        }).ConfigureAwait(false);
        LogDestroyed(_logger, managed.Name);
    }

    /// <summary>Destroys every interface; a driver that fails or hangs is left behind.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (string name in _interfaces.Keys)
        {
            try
            {
                await DestroyAsync(name).WaitAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ModuleException or TimeoutException)
            {
                LogProblem(_logger, name, e.Message);
            }
        }
    }

    /// <summary>The interface is gone from the stack, so whatever the driver does now is only logged. One that hangs keeps its memory: nobody may free what it's using.</summary>
    private async Task StopForGoodAsync(ManagedInterface managed)
    {
        try
        {
            await managed.StopAsync().ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            LogDriverFailed(_logger, managed.Name, "stop", e);
            return;
        }
#pragma warning disable CA1031 // A driver may throw anything.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogDriverFailed(_logger, managed.Name, "stop", e);
        }
        Release(managed.Module, managed.Device);
    }

    private async Task<string> AddAsync(LoadedModule<IDriver> module, IDevice device, string? prefix, int? unit)
    {
        string name = _names.Reserve(prefix ?? device.NamePrefix, unit);
        ManagedInterface? managed = null;
        try
        {
            managed = new ManagedInterface(name, device, module, _threads, _context, _stack.Clock.Provider, Failed);
            // Whoever sees it in the stack finds it here, and waits until it's whole: an interface that came up without its device would stay without a carrier.
            await managed.Gate.WaitAsync().ConfigureAwait(false);
            _interfaces[name] = managed;
            InterfaceConfiguration configuration = new()
            {
                Name = name,
                LinkAddress = device.Address,
                Mtu = device.Mtu,
                Flags = device.Flags & ~(InterfaceFlags.Up | InterfaceFlags.Running),
                ReceiveCapabilities = device.ReceiveCapabilities,
                TransmitCapabilities = device.TransmitCapabilities,
                Output = managed.Port,
            };
            managed.Attached(await _context.InvokeAsync(stack => stack.Interfaces.Add(configuration, owner => new EthernetLink(owner))).ConfigureAwait(false));
        }
        catch (Exception e) when (e is not ModuleException)
        {
            managed?.Destroyed = true;
            _interfaces.TryRemove(name, out _);
            _names.Release(name);
            throw new ModuleException($"{module.Name}: {e.Message}");
        }
        finally
        {
            managed?.Gate.Release();
        }
        if (module.IsLegacy)
            AddEntry(name, module, device);
        LogAdded(_logger, name, device.Address, module.Path);
        return name;
    }

    private void AddEntry(string name, LoadedModule<IDriver> module, IDevice device)
    {
        try
        {
            _entries.Add(name, $"{name} {device.Address} {module.Name}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The interface works all the same.
            LogProblem(_logger, name, $"no entry in the name space: {e.Message}");
        }
    }

    private async Task WithGateAsync(ManagedInterface managed, string what, Func<Task> operation)
    {
        await managed.Gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (managed.Destroyed)
                throw new ModuleException($"no interface {managed.Name}");
            // The driver may block: not on whoever asks, who may be in the stack context.
            await Task.Run(operation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ModuleException)
        {
            LogDriverFailed(_logger, managed.Name, what, e);
            throw new ModuleException($"{managed.Name}: the driver failed to {what}: {e.Message}");
        }
        finally
        {
            managed.Gate.Release();
        }
    }

    /// <summary>The driver threw in receive or transmit: its interface goes down, off this thread.</summary>
    private void Failed(ManagedInterface managed, string where, Exception exception)
    {
        LogDriverFailed(_logger, managed.Name, where, exception);
        _ = Task.Run(async () =>
        {
            try
            {
                await SetUpAsync(managed.Name, false).ConfigureAwait(false);
            }
            catch (ModuleException e)
            {
                LogProblem(_logger, managed.Name, e.Message);
            }
        });
    }

    private Task<bool> SetUpInStackAsync(ManagedInterface managed, bool up) => _context.InvokeAsync(stack =>
    {
        stack.Interfaces.SetUp(managed.Interface!, up);
        return true;
    });

    private async Task ChangeInStackAsync(string name, Action<NetworkStack, NetworkInterface> change)
    {
        bool found = await _context.InvokeAsync(stack =>
        {
            if (!stack.Interfaces.TryFind(name, out NetworkInterface? changed))
                return false;
            change(stack, changed);
            return true;
        }).ConfigureAwait(false);
        if (!found)
            throw new ModuleException($"no interface {name}");
    }

    private void Release(LoadedModule<IDriver> module, IDisposable device)
    {
        try
        {
            device.Dispose();
        }
#pragma warning disable CA1031 // Whatever the driver throws on its way out, it's gone.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogDriverFailed(_logger, module.Name, "dispose", e);
        }
        module.RemoveUser();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name}: address {Address}, driver {Path}")]
    private static partial void LogAdded(ILogger logger, string name, MacAddress address, string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name}: destroyed")]
    private static partial void LogDestroyed(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name}: {Reason}")]
    private static partial void LogProblem(ILogger logger, string name, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name}: the driver failed ({What})")]
    private static partial void LogDriverFailed(ILogger logger, string name, string what, Exception exception);
}

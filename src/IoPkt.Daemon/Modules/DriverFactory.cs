using IoPkt.Daemon.Hosting;
using IoPkt.Daemon.Interfaces;
using IoPkt.Daemon.Threads;
using IoPkt.Daemon.Usb;
using IoPkt.Stack;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Modules;

/// <summary>A driver that has made its devices.</summary>
/// <param name="Module">With no users counted yet.</param>
/// <param name="Devices">At least one.</param>
/// <param name="Generic">The options that the stack took for itself.</param>
internal sealed record AttachedDriver(LoadedModule<IDriver> Module, IReadOnlyList<IDevice> Devices, GenericDriverOptions Generic);

/// <summary>Loads a driver module and has it make its devices.</summary>
internal sealed class DriverFactory(ModuleLoader loader, NetworkStack stack, PacketThreads threads, UsbBus usb, DaemonOptions options, ILoggerFactory loggers)
{
    /// <param name="name">As typed.</param>
    /// <param name="text">The options, as typed.</param>
    /// <exception cref="ModuleException">Nothing is left in memory; the message begins with the module's name.</exception>
    public AttachedDriver Attach(string name, string? text)
    {
        (LoadedModule<IDriver> module, string? rest) = loader.LoadDriver(name, text);
        try
        {
            IDriver driver = module.Entry!;
            OptionCheck.Check([.. driver.Options, .. GenericDriverOptions.For(driver, module.IsLegacy)], rest);
            GenericDriverOptions generic = new(rest, driver is IUsbDriver);
            IReadOnlyList<IDevice> devices = driver.Attach(new DriverContext
            {
                Options = new ModuleOptions(generic.DriverText),
                Pool = stack.Pool,
                Logger = loggers.CreateLogger(module.Name),
                Time = stack.Clock.Provider,
                // The stack's own source is for the stack context only.
                Random = options.Tcpip.CreateRandom(),
                Instance = options.Instance,
                MaximumQueues = threads.Count,
                UsbDevices = driver is IUsbDriver usbDriver ? usb.Match(generic.Usb, usbDriver) : [],
            });
            return devices.Count > 0 ? new AttachedDriver(module, devices, generic) : throw new ModuleException("it found no device");
        }
#pragma warning disable CA1031 // A driver may throw anything; all of it means the same here.
        catch (Exception e)
#pragma warning restore CA1031
        {
            module.Unload();
            // Only the text: the exception itself would keep the module in memory for as long as somebody keeps it.
            throw new ModuleException($"{module.Name}: {(e is ModuleException ? e.Message : $"the driver failed to initialize: {e.Message}")}");
        }
    }
}

using Microsoft.Extensions.Logging;

namespace IoPkt;

/// <summary>What a driver module's entry type implements. One object is made each time the module is asked for interfaces, by <c>-d</c> or by mount.</summary>
public interface IDriver
{
    /// <summary>The options that <see cref="Attach"/> knows, as a user types them, each with one line of help; the daemon names them when it meets an unknown one.</summary>
    IReadOnlyList<ModuleOption> Options { get; }

    /// <summary>Makes the devices that the options ask for. It may block; it never runs in the stack context.</summary>
    /// <exception cref="ModuleException">Nothing was attached; the message is for the user, and says what to do.</exception>
    IReadOnlyList<IDevice> Attach(DriverContext context);
}

/// <summary>What a driver is given.</summary>
public sealed class DriverContext
{
    public required ModuleOptions Options { get; init; }

    /// <summary>Where received frames get their memory.</summary>
    public required MbufPool Pool { get; init; }

    public required ILogger Logger { get; init; }

    public required TimeProvider Time { get; init; }

    public required Random Random { get; init; }

    /// <summary>The number of <c>-i</c>: part of the names of whatever the driver makes on the host.</summary>
    public int Instance { get; init; }

    /// <summary>For an <see cref="IUsbDriver"/>: the host's devices that its user asked for and that it supports, at least one.</summary>
    public IReadOnlyList<UsbDevice> UsbDevices { get; init; } = [];

    /// <summary>The number of packet threads.</summary>
    public int MaximumQueues { get; init; } = 1;
}

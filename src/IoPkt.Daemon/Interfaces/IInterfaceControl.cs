namespace IoPkt.Daemon.Interfaces;

/// <summary>
/// What can be done to interfaces with devices behind them. These calls may take long (a driver starts, a module loads), so they never run in the stack context.
/// </summary>
public interface IInterfaceControl
{
    /// <exception cref="ModuleException">No such interface, or its driver failed; the message says which.</exception>
    Task SetUpAsync(string name, bool up);

    /// <exception cref="ModuleException">No such interface, or the device can't have that MTU.</exception>
    Task SetMtuAsync(string name, int mtu);

    /// <summary>Stops the device and takes the interface away; the module unloads with its last interface.</summary>
    /// <exception cref="ModuleException">No such interface, or one that can't be destroyed (lo0).</exception>
    Task DestroyAsync(string name);

    /// <summary>Loads a driver module and adds its interfaces, down, to the stack (<c>-d</c>, <c>mount</c>).</summary>
    /// <param name="module">As typed: "tap", "devnp-tap.so", or a path.</param>
    /// <param name="options">Comma-separated, or <c>null</c>.</param>
    /// <returns>The names of the new interfaces.</returns>
    /// <exception cref="ModuleException">Nothing was loaded; the message is for the user.</exception>
    Task<IReadOnlyList<string>> LoadDriverAsync(string module, string? options);

    /// <summary>Asks the device behind an interface, with patience but not for ever: a driver that hangs must not hang whoever lists interfaces.</summary>
    /// <param name="name">The interface's real name.</param>
    /// <returns><c>null</c> for lo0 and others without a device.</returns>
    Task<DeviceReport?> DescribeDeviceAsync(string name);

    /// <summary>Sets the counters of an interface's device to zero.</summary>
    void ResetDeviceCounters(string name);

    /// <summary>Drivers whose interfaces can be made without any option (<c>ifconfig -C</c>): "tap".</summary>
    Task<IReadOnlyList<string>> ListClonersAsync();
}

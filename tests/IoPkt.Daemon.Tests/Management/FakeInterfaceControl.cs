using System.Globalization;
using IoPkt.Daemon.Interfaces;
using IoPkt.Stack;

namespace IoPkt.Daemon.Tests.Management;

/// <summary>Interfaces whose devices do nothing but remember.</summary>
internal sealed class FakeInterfaceControl(NetworkStack stack) : IInterfaceControl
{
    private readonly Dictionary<string, FakeDevice> _devices = [];

    /// <summary>An error for the next call.</summary>
    public string? Failure { get; set; }

    public FakeDevice Device(string name) => _devices[name];

    /// <summary>Adds tapN, down and without addresses.</summary>
    public NetworkInterface AddTap(int unit, InterfaceFlags flags = InterfaceFlags.Broadcast | InterfaceFlags.Simplex | InterfaceFlags.Multicast)
    {
        FakeDevice device = new(unit) { Flags = flags };
        string name = $"tap{unit}";
        InterfaceConfiguration configuration = new()
        {
            Name = name,
            LinkAddress = device.Address,
            Flags = flags,
            ReceiveCapabilities = device.ReceiveCapabilities,
            TransmitCapabilities = device.TransmitCapabilities,
            Output = device,
        };
        _devices.Add(name, device);
        return stack.Interfaces.Add(configuration, owner => new EthernetLink(owner));
    }

    public Task SetUpAsync(string name, bool up)
    {
        Fail();
        stack.Interfaces.SetUp(Find(name), up);
        return Task.CompletedTask;
    }

    public Task SetMtuAsync(string name, int mtu)
    {
        Fail();
        stack.Interfaces.SetMtu(Find(name), mtu);
        return Task.CompletedTask;
    }

    public Task DestroyAsync(string name)
    {
        if (!_devices.Remove(name))
            throw new ModuleException($"{name} can't be destroyed: it belongs to the stack");
        stack.Interfaces.Remove(Find(name));
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> LoadDriverAsync(string module, string? options)
    {
        Fail();
        if (module != "tap")
            throw new ModuleException($"no driver {module}");
        int unit = options is null ? _devices.Count : int.Parse(options["unit=".Length..], CultureInfo.InvariantCulture);
        return Task.FromResult<IReadOnlyList<string>>([AddTap(unit).Name]);
    }

    public Task<DeviceReport?> DescribeDeviceAsync(string name) => Task.FromResult(_devices.TryGetValue(name, out FakeDevice? device)
        ? new DeviceReport("devnp-tap", device.Media, device.LinkState, [new QueueReport(device.Received, 0, device.Transmitted, 0)])
        : null);

    public void ResetDeviceCounters(string name)
    {
        if (!_devices.TryGetValue(name, out FakeDevice? device))
            return;
        device.Received.Reset();
        device.Transmitted.Reset();
    }

    public Task<IReadOnlyList<string>> ListClonersAsync() => Task.FromResult<IReadOnlyList<string>>(["tap"]);

    private NetworkInterface Find(string name) =>
        stack.Interfaces.TryFind(name, out NetworkInterface? found) ? found : throw new ModuleException($"no interface {name}");

    private void Fail()
    {
        string? failure = Failure;
        Failure = null;
        if (failure is not null)
            throw new ModuleException(failure);
    }
}

/// <summary>Swallows frames.</summary>
internal sealed class FakeDevice(int unit) : IDevice, IDeviceQueue, IInterfaceOutput
{
    public string NamePrefix => "tap";

    public MacAddress Address => MacAddress.Read([2, 0, 0, 0, 0, (byte)unit]);

    public int Mtu => 1500;

    public InterfaceFlags Flags { get; init; }

    public DeviceCapabilities ReceiveCapabilities => DeviceCapabilities.Ip4Checksum | DeviceCapabilities.Tcp4Checksum | DeviceCapabilities.Udp4Checksum;

    public DeviceCapabilities TransmitCapabilities => ReceiveCapabilities | DeviceCapabilities.Tcp4Segmentation;

    public LinkState LinkState { get; set; } = LinkState.Up;

    public string Media => "Ethernet autoselect (10Gbase-T full-duplex)";

    public IReadOnlyList<IDeviceQueue> Queues => [this];

    public int Descriptor => -1;

    public DeviceCounters Received { get; } = new();

    public DeviceCounters Transmitted { get; } = new();

    public void Start()
    {
    }

    public void Stop()
    {
    }

    public void SetMtu(int mtu)
    {
    }

    public void SetReceiveMode(bool promiscuous, bool allMulticast)
    {
    }

    public int Receive(ref MbufQueue frames, int budget) => 0;

    public void Transmit(ref MbufQueue frames) => frames.FreeAll();

    public void Dispose()
    {
    }
}

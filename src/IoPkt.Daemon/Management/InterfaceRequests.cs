using IoPkt.Daemon.Hosting;
using IoPkt.Daemon.Interfaces;
using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using IoPkt.Wire.Management;

namespace IoPkt.Daemon.Management;

/// <summary>Interfaces: what there is, up and down, MTU, creation and destruction.</summary>
internal sealed class InterfaceRequests(IStackContext context, IInterfaceControl control, Variant variant) : IOperationGroup
{
    public void Register(OperationTable table)
    {
        table.Add(ManagementOperations.Interfaces, ListAsync);
        table.Add(ManagementOperations.SetInterface, SetAsync);
        table.Add(ManagementOperations.CreateInterface, CreateAsync);
        table.Add(ManagementOperations.DestroyInterface, DestroyAsync);
        table.Add(ManagementOperations.Cloners, async _ => new ClonerList(await control.ListClonersAsync().ConfigureAwait(false)));
    }

    private async Task<InterfaceList> ListAsync(InterfaceQuery query)
    {
        // The addresses and flags of one answer belong to one moment; the device is asked outside, because a driver may block.
        InterfaceInfo[] interfaces = await context.InvokeAsync(stack => query.Name is null
            ? stack.Interfaces.All.Select(InterfaceDescription.Describe).ToArray()
            : [InterfaceDescription.Describe(RequestValues.Interface(stack, query.Name))]).ConfigureAwait(false);
        return new InterfaceList(await Task.WhenAll(interfaces.Select(AddDeviceAsync)).ConfigureAwait(false));

        async Task<InterfaceInfo> AddDeviceAsync(InterfaceInfo described) =>
            InterfaceDescription.AddDevice(described, await control.DescribeDeviceAsync(described.Name).ConfigureAwait(false));
    }

    private async Task<NoResult> SetAsync(InterfaceSettings settings)
    {
        string name = await ResolveAsync(settings.Name).ConfigureAwait(false);
        if (settings.Mtu is int mtu)
            await SetMtuAsync(name, mtu).ConfigureAwait(false);
        if (settings.Up is bool up)
            await control.SetUpAsync(name, up).ConfigureAwait(false);
        if (settings.ResetCounters)
            await ResetCountersAsync(name).ConfigureAwait(false);
        return new NoResult();
    }

    /// <summary>"tap3" asks the driver "tap" for its unit 3; "tap" for the next free one.</summary>
    private async Task<CreatedInterfaces> CreateAsync(InterfaceName request)
    {
        string name = request.Name;
        string driver = name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        if (driver.Length == 0 || !driver.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            throw new ManagementException(Errno.Invalid, $"'{name}' is not an interface's name");
        bool exists = await context.InvokeAsync(stack => stack.Interfaces.Contains(name)).ConfigureAwait(false);
        if (exists)
            throw new ManagementException(Errno.Exists, $"{name}: interface exists");
        if (Feature.OfInterface(driver) is { } feature && !variant.Has(feature))
            throw new ManagementException(Errno.NotSupported, $"{name}: {feature.Explain(variant)}");
        IReadOnlyList<string> cloners = await control.ListClonersAsync().ConfigureAwait(false);
        if (!cloners.Contains(driver))
        {
            throw new ManagementException(Errno.Invalid, $"{name} can't be created: 'create' makes {string.Join(", ", cloners)}; other drivers need options, and are started by mount -T io-pkt");
        }
        string? options = driver.Length < name.Length ? $"unit={name[driver.Length..]}" : null;
        return new CreatedInterfaces(await control.LoadDriverAsync(driver, options).ConfigureAwait(false));
    }

    private async Task<NoResult> DestroyAsync(InterfaceName request)
    {
        await control.DestroyAsync(await ResolveAsync(request.Name).ConfigureAwait(false)).ConfigureAwait(false);
        return new NoResult();
    }

    private async Task SetMtuAsync(string name, int mtu)
    {
        // RFC 791: every host must take datagrams of 576 bytes, and no link of IPv4 may be smaller than 68. 65535 is the longest datagram.
        if (mtu is < 68 or > 65535)
            throw new ManagementException(Errno.Invalid, $"mtu {mtu} is not in 68…65535");
        await control.SetMtuAsync(name, mtu).ConfigureAwait(false);
    }

    private async Task ResetCountersAsync(string name)
    {
        string real = await context.InvokeAsync(stack =>
        {
            NetworkInterface found = RequestValues.Interface(stack, name);
            found.Received.Reset();
            found.Transmitted.Reset();
            return found.Name;
        }).ConfigureAwait(false);
        control.ResetDeviceCounters(real);
    }

    /// <returns>The interface's own name, where "en0" or the like was said.</returns>
    private Task<string> ResolveAsync(string name) => context.InvokeAsync(stack => RequestValues.Interface(stack, name).Name);
}

using IoPkt.Daemon.Interfaces;
using IoPkt.Stack;
using IoPkt.Wire.Management;

namespace IoPkt.Daemon.Management;

/// <summary>An interface of the stack, and the device behind it, as an answer tells of them.</summary>
internal static class InterfaceDescription
{
    public static InterfaceInfo Describe(NetworkInterface described) => new()
    {
        Name = described.Name,
        Index = described.Index,
        Flags = (int)described.Flags,
        Mtu = described.Mtu,
        LinkAddress = described.LinkAddress.IsZero ? null : described.LinkAddress.ToString(),
        ReceiveCapabilities = (int)described.ReceiveCapabilities,
        TransmitCapabilities = (int)described.TransmitCapabilities,
        LinkUp = described.LinkState == LinkState.Unknown ? null : described.LinkState == LinkState.Up,
        Addresses = [.. described.Addresses.Select(a => Describe(a, described.Link.GetState(a)))],
        Groups = [.. described.Stack.Ipv4.GroupsOf(described).Select(g => g.ToString())],
        Received = Describe(described.Received),
        Transmitted = Describe(described.Transmitted),
        NoProtocol = described.NoProtocol,
    };

    public static InterfaceInfo AddDevice(InterfaceInfo described, DeviceReport? device) => device is null
        ? described
        : described with
        {
            Driver = device.Driver,
            Media = device.Media,
            LinkUp = device.LinkState == LinkState.Unknown ? described.LinkUp : device.LinkState == LinkState.Up,
            Queues = [.. device.Queues.Select(Describe)],
        };

    private static AddressInfo Describe(InterfaceAddress address, AddressState state) => new(
        RequestValues.FamilyName(address.Address.Family),
        address.Address.ToString(),
        address.PrefixLength,
        RequestValues.Text(address.Broadcast),
        RequestValues.Text(address.Destination),
        state switch
        {
            AddressState.Tentative => "tentative",
            AddressState.Duplicated => "duplicated",
            _ => null,
        });

    private static QueueCounters Describe(QueueReport queue) => new(Describe(queue.Received, queue.ReceiveDrops), Describe(queue.Transmitted, queue.TransmitDrops));

    private static TrafficCounters Describe(DeviceCounters counters, long moreDrops = 0) =>
        new(counters.Packets, counters.Bytes, counters.Multicasts, counters.Errors, counters.Drops + moreDrops);
}

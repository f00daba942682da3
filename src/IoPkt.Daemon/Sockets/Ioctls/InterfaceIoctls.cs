using System.Buffers.Binary;
using System.Text;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Sockets.Ioctls;

/// <summary>
/// The requests with a <c>struct ifreq</c>, which name an interface and get one fact about it. An interface with several IPv4 addresses shows the further ones as
/// Linux's aliases, <c>tap0:1</c>.
/// </summary>
internal static class InterfaceIoctls
{
    private const int NameSize = 16;

    /// <summary>Bytes of <c>struct ifreq</c> on a 64-bit system: the name and a union of 24.</summary>
    private const int RequestSize = 40;

    private const uint GetName = 0x8910;
    private const uint GetConfiguration = 0x8912;
    private const uint GetFlags = 0x8913;
    private const uint GetAddress = 0x8915;
    private const uint GetDestination = 0x8917;
    private const uint GetBroadcast = 0x8919;
    private const uint GetNetmask = 0x891b;
    private const uint GetMetric = 0x891d;
    private const uint GetMtu = 0x8921;
    private const uint GetHardwareAddress = 0x8927;
    private const uint GetIndex = 0x8933;
    private const uint GetQueueLength = 0x8942;

    public static Errno Handle(NetworkStack stack, uint request, ReadOnlySpan<byte> argument, ref byte[] answer)
    {
        if (request == GetConfiguration)
        {
            answer = ListAddresses(stack);
            return Errno.None;
        }
        if (request is not (GetName or GetFlags or GetAddress or GetDestination or GetBroadcast or GetNetmask or GetMetric or GetMtu
            or GetHardwareAddress or GetIndex or GetQueueLength))
            return Errno.InappropriateIoctl;
        if (argument.Length < RequestSize)
            return Errno.Invalid;
        byte[] result = argument[..RequestSize].ToArray();
        Errno error = request == GetName ? WriteName(stack, result) : Fill(stack, request, result);
        if (error == Errno.None)
            answer = result;
        return error;
    }

    private static Errno WriteName(NetworkStack stack, Span<byte> result)
    {
        if (stack.Interfaces.Find(BinaryPrimitives.ReadInt32LittleEndian(result[NameSize..])) is not { } found)
            return Errno.NoSuchDevice;
        WriteName(result, found.Name);
        return Errno.None;
    }

    private static Errno Fill(NetworkStack stack, uint request, Span<byte> result)
    {
        ReadOnlySpan<byte> nameBytes = result[..NameSize];
        int end = nameBytes.IndexOf((byte)0);
        string name = Encoding.ASCII.GetString(end < 0 ? nameBytes[..(NameSize - 1)] : nameBytes[..end]);
        if (!TryFind(stack, name, out NetworkInterface? found, out InterfaceAddress? address))
            return Errno.NoSuchDevice;
        Span<byte> value = result[NameSize..];
        if (request is GetAddress or GetDestination or GetBroadcast or GetNetmask)
            return WriteAddress(request, address, value);
        value.Clear();
        switch (request)
        {
            case GetFlags:
                BinaryPrimitives.WriteUInt16LittleEndian(value, LinuxFlags.From(found.Flags));
                break;
            case GetMtu:
                BinaryPrimitives.WriteInt32LittleEndian(value, found.Mtu);
                break;
            case GetIndex:
                BinaryPrimitives.WriteInt32LittleEndian(value, found.Index);
                break;
            case GetHardwareAddress:
                BinaryPrimitives.WriteUInt16LittleEndian(value, LinuxFlags.HardwareType(found));
                found.LinkAddress.Write(value[2..]);
                break;
            default:
                // The metric, which routes have and interfaces haven't; and the transmit queue, which has no length: frames go to the device at the end of each batch.
                break;
        }
        return Errno.None;
    }

    private static Errno WriteAddress(uint request, InterfaceAddress? address, Span<byte> value)
    {
        if (address is null)
            return Errno.AddressNotAvailable;
        InetAddress shown = request switch
        {
            GetAddress => address.Address,
            GetBroadcast => address.Broadcast,
            GetNetmask => InetAddress.BroadcastIpv4.Mask(address.PrefixLength),
            // Linux shows the address itself where there's no other end.
            _ => address.Destination.IsUnspecified ? address.Address : address.Destination,
        };
        value.Clear();
        SockAddr.FromIpv4(shown.IsIpv4 ? shown.Ipv4 : 0, 0).Write(value);
        return Errno.None;
    }

    /// <summary>SIOCGIFCONF: an entry for each IPv4 address.</summary>
    private static byte[] ListAddresses(NetworkStack stack)
    {
        List<byte> list = [];
        Span<byte> entry = stackalloc byte[RequestSize];
        foreach (NetworkInterface shown in stack.Interfaces.All)
        {
            int alias = 0;
            foreach (InterfaceAddress address in shown.Addresses)
            {
                if (!address.Address.IsIpv4)
                    continue;
                entry.Clear();
                WriteName(entry, alias == 0 ? shown.Name : $"{shown.Name}:{alias}");
                SockAddr.FromIpv4(address.Address.Ipv4, 0).Write(entry[NameSize..]);
                list.AddRange(entry);
                alias++;
            }
        }
        return [.. list];
    }

    private static bool TryFind(
        NetworkStack stack, string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NetworkInterface? found, out InterfaceAddress? address)
    {
        address = null;
        int colon = name.LastIndexOf(':');
        int alias = 0;
        if (colon > 0 && !int.TryParse(name.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out alias))
        {
            found = null;
            return false;
        }
        if (!stack.Interfaces.TryFind(colon > 0 ? name[..colon] : name, out found))
            return false;
        address = found.Addresses.Where(static a => a.Address.IsIpv4).ElementAtOrDefault(alias);
        return alias == 0 || address is not null;
    }

    private static void WriteName(Span<byte> entry, string name)
    {
        entry[..NameSize].Clear();
        Encoding.ASCII.GetBytes(name.AsSpan()[..Math.Min(name.Length, NameSize - 1)], entry);
    }
}

using System.Buffers.Binary;
using IoPkt.Daemon.Management;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Sockets.Options;

/// <summary>
/// IPPROTO_IP. IP_RECVERR, IP_TRANSPARENT and source-specific multicast aren't here: a client that needs them learns it at once.
/// </summary>
internal static class IpLevelOptions
{
    private const int MtuDiscoverDont = 0;
    private const int MtuDiscoverWant = 1;
    private const int MtuDiscoverDo = 2;

    public static IEnumerable<SocketOption> Create() =>
    [
        Number(LinuxIpOptions.Tos, static pair => pair.Socket.Options.TrafficClass, SetTos),
        Number(LinuxIpOptions.Ttl, static pair => pair.Socket.Options.Ttl == 0 ? pair.Runtime.Stack.Ipv4.Settings.DefaultTtl : pair.Socket.Options.Ttl, SetTtl),
        Number(LinuxIpOptions.MtuDiscover, GetMtuDiscover, SetMtuDiscover),
        Number(LinuxIpOptions.FreeBind, static pair => pair.Socket.Options.FreeBind ? 1 : 0, SetFreeBind),
        new BytesOption(LinuxLevels.Ip, LinuxIpOptions.Mtu, GetMtu, null),
        Number(LinuxIpOptions.HeaderIncluded, static pair => ((RawSocket)pair.Socket).HeaderIncluded ? 1 : 0, SetHeaderIncluded,
            static pair => pair.Socket is RawSocket && pair is not EchoPair),
        Flag(LinuxIpOptions.PacketInfo, static c => c.PacketInfo, static (c, on) => c.PacketInfo = on),
        Flag(LinuxIpOptions.ReceiveTtl, static c => c.Ttl, static (c, on) => c.Ttl = on),
        Flag(LinuxIpOptions.ReceiveTos, static c => c.Tos, static (c, on) => c.Tos = on),
        Number(LinuxIpOptions.MulticastTtl, static pair => pair.Socket.Options.MulticastTtl, SetMulticastTtl, IsDatagram),
        Number(LinuxIpOptions.MulticastLoop, static pair => pair.Socket.Options.MulticastLoop ? 1 : 0, SetMulticastLoop, IsDatagram),
        new BytesOption(LinuxLevels.Ip, LinuxIpOptions.MulticastInterface, GetMulticastInterface, SetMulticastInterface, IsDatagram),
        new BytesOption(LinuxLevels.Ip, LinuxIpOptions.AddMembership, null,
            static (SocketPair pair, ReadOnlySpan<byte> value, in ClientCredentials _) => SetMembership(pair, value, join: true), IsDatagram),
        new BytesOption(LinuxLevels.Ip, LinuxIpOptions.DropMembership, null,
            static (SocketPair pair, ReadOnlySpan<byte> value, in ClientCredentials _) => SetMembership(pair, value, join: false), IsDatagram),
    ];

    private static NumberOption Number(int name, Func<SocketPair, int> get, NumberOption.Setter set, Func<SocketPair, bool>? applies = null) =>
        new(LinuxLevels.Ip, name, get, set, applies);

    private static NumberOption Flag(int name, Func<ReceivedControl, bool> get, Action<ReceivedControl, bool> set) => new(
        LinuxLevels.Ip, name,
        pair => get(((DatagramPair)pair).Control) ? 1 : 0,
        (SocketPair pair, int value, in ClientCredentials _) =>
        {
            set(((DatagramPair)pair).Control, value != 0);
            return Errno.None;
        },
        IsDatagram);

    private static bool IsDatagram(SocketPair pair) => pair is DatagramPair;

    /// <summary>TCP's ECN bits (RFC 3168) are TCP's own.</summary>
    private static Errno SetTos(SocketPair pair, int value, in ClientCredentials client)
    {
        const int ecn = 3;
        pair.Socket.Options.TrafficClass = (byte)(pair.Socket.Type == SocketType.Stream ? value & ~ecn : value);
        return Errno.None;
    }

    /// <summary>−1 is the default again.</summary>
    private static Errno SetTtl(SocketPair pair, int value, in ClientCredentials client)
    {
        if (value is not (-1 or (>= 1 and <= 255)))
            return Errno.Invalid;
        pair.Socket.Options.Ttl = value == -1 ? (byte)0 : (byte)value;
        return Errno.None;
    }

    private static Errno SetFreeBind(SocketPair pair, int value, in ClientCredentials client)
    {
        pair.Socket.Options.FreeBind = value != 0;
        return Errno.None;
    }

    private static int GetMtuDiscover(SocketPair pair) => pair.Socket.Type == SocketType.Stream
        ? pair.Socket.Options.MayFragment ? MtuDiscoverDont : MtuDiscoverWant
        : pair.Socket.Options.DontFragment ? MtuDiscoverDo : MtuDiscoverDont;

    /// <summary>The "probe" values would need what we don't have.</summary>
    private static Errno SetMtuDiscover(SocketPair pair, int value, in ClientCredentials client)
    {
        if (value is < MtuDiscoverDont or > 5)
            return Errno.Invalid;
        if (value > MtuDiscoverDo)
            return Errno.NotSupported;
        if (pair.Socket.Type == SocketType.Stream)
            pair.Socket.Options.MayFragment = value == MtuDiscoverDont;
        else
            pair.Socket.Options.DontFragment = value != MtuDiscoverDont;
        return Errno.None;
    }

    /// <summary>The path's MTU as known: of connected sockets only.</summary>
    private static int GetMtu(SocketPair pair, Span<byte> value)
    {
        if (!pair.TryGetPeer(out InetEndpoint peer))
            return -(int)Errno.NotConnected;
        RouteCache cache = new();
        INetworkProtocol? network = pair.Runtime.Stack.Network(pair.Socket.Family);
        if (network is null || network.FindRoute(peer.Address, pair.Socket.Options.Device, cache) != Errno.None)
            return -(int)Errno.NotConnected;
        BinaryPrimitives.WriteInt32LittleEndian(value, cache.Mtu);
        return sizeof(int);
    }

    private static Errno SetHeaderIncluded(SocketPair pair, int value, in ClientCredentials client)
    {
        ((RawSocket)pair.Socket).HeaderIncluded = value != 0;
        return Errno.None;
    }

    private static Errno SetMulticastTtl(SocketPair pair, int value, in ClientCredentials client)
    {
        if (value is < -1 or > 255)
            return Errno.Invalid;
        pair.Socket.Options.MulticastTtl = value == -1 ? (byte)1 : (byte)value;
        return Errno.None;
    }

    private static Errno SetMulticastLoop(SocketPair pair, int value, in ClientCredentials client)
    {
        if (value is < 0 or > 1)
            return Errno.Invalid;
        pair.Socket.Options.MulticastLoop = value != 0;
        return Errno.None;
    }

    /// <summary>The interface's address.</summary>
    private static int GetMulticastInterface(SocketPair pair, Span<byte> value)
    {
        if (pair.Socket.Options.MulticastInterface is { Addresses: [{ } first, ..] })
            first.Address.Write(value);
        return sizeof(uint);
    }

    /// <summary><c>struct in_addr</c>, <c>struct ip_mreq</c> or <c>struct ip_mreqn</c>.</summary>
    private static Errno SetMulticastInterface(SocketPair pair, ReadOnlySpan<byte> value, in ClientCredentials client)
    {
        if (value.Length < 4)
            return Errno.Invalid;
        ReadOnlySpan<byte> request = value.Length >= 8 ? value[4..] : value;
        Errno error = FindInterface(pair, request, out NetworkInterface? found);
        if (error != Errno.None)
            return error == Errno.NoSuchDevice ? Errno.AddressNotAvailable : error;
        pair.Socket.Options.MulticastInterface = found;
        return Errno.None;
    }

    private static Errno SetMembership(SocketPair pair, ReadOnlySpan<byte> value, bool join)
    {
        if (value.Length < 8)
            return Errno.Invalid;
        InetAddress group = InetAddress.Read(value[..4]);
        if (!group.IsMulticast)
            return Errno.Invalid;
        Errno error = FindInterface(pair, value[4..], out NetworkInterface? member);
        return error == Errno.None ? ((DatagramSocket)pair.Socket).SetMembership(group, member, join) : error;
    }

    /// <param name="pair">Whose stack.</param>
    /// <param name="request">An address of the interface, then perhaps its index, which counts for more.</param>
    /// <param name="found"><c>null</c>: any.</param>
    private static Errno FindInterface(SocketPair pair, ReadOnlySpan<byte> request, out NetworkInterface? found)
    {
        InterfaceTable interfaces = pair.Runtime.Stack.Interfaces;
        found = null;
        int index = request.Length >= 8 ? BinaryPrimitives.ReadInt32LittleEndian(request[4..]) : 0;
        if (index != 0)
        {
            found = interfaces.Find(index);
            return found is null ? Errno.NoSuchDevice : Errno.None;
        }
        InetAddress address = InetAddress.Read(request[..4]);
        if (address.IsUnspecified)
            return Errno.None;
        found = interfaces.FindOwner(address);
        return found is null ? Errno.NoSuchDevice : Errno.None;
    }
}

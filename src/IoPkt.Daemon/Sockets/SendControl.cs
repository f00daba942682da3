using System.Buffers.Binary;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Sockets;

/// <summary>What a client's control messages say of one datagram: they override the socket's options for it.</summary>
internal struct SendControl
{
    private InetAddress? _source;
    private NetworkInterface? _interface;
    private byte? _ttl;
    private byte? _trafficClass;

    /// <param name="control">The entries.</param>
    /// <param name="stack">Whose interfaces they may name.</param>
    /// <param name="error">Set when an entry is well formed and can't be done.</param>
    /// <returns>Whether they were well formed.</returns>
    public bool TryRead(ReadOnlySpan<byte> control, NetworkStack stack, ref Errno error)
    {
        ControlMessageReader reader = new(control);
        while (reader.MoveNext())
        {
            Errno result = (reader.Level, reader.Type) switch
            {
                (LinuxLevels.Ip, LinuxIpOptions.PacketInfo) => ReadPacketInfo(reader.Data, stack),
                (LinuxLevels.Ip, LinuxIpOptions.Ttl) => ReadByte(reader.Data, 1, ref _ttl),
                (LinuxLevels.Ip, LinuxIpOptions.Tos) => ReadByte(reader.Data, 0, ref _trafficClass),
                (LinuxLevels.Ip, _) or (LinuxLevels.Socket, _) => Errno.Invalid,
                // As Linux: what's meant for other levels isn't IP's business.
                _ => Errno.None,
            };
            if (result != Errno.None && error == Errno.None)
                error = result;
        }
        return !reader.IsMalformed;
    }

    /// <summary>Sends with the options as overridden. Ownership of the payload passes.</summary>
    public readonly Errno Send(DatagramSocket socket, Mbuf payload, InetEndpoint? destination)
    {
        if (_interface is null && _ttl is null && _trafficClass is null)
            return socket.Send(payload, destination, _source);
        SocketOptions options = socket.Options;
        (NetworkInterface? device, byte ttl, byte multicastTtl, byte trafficClass) = (options.Device, options.Ttl, options.MulticastTtl, options.TrafficClass);
        options.Device = _interface ?? device;
        options.Ttl = _ttl ?? ttl;
        options.MulticastTtl = _ttl ?? multicastTtl;
        options.TrafficClass = _trafficClass ?? trafficClass;
        try
        {
            return socket.Send(payload, destination, _source);
        }
        finally
        {
            (options.Device, options.Ttl, options.MulticastTtl, options.TrafficClass) = (device, ttl, multicastTtl, trafficClass);
        }
    }

    /// <summary><c>struct in_pktinfo</c>: interface index, source address, and an address that counts only when receiving.</summary>
    private Errno ReadPacketInfo(ReadOnlySpan<byte> data, NetworkStack stack)
    {
        if (data.Length != 12)
            return Errno.Invalid;
        int index = BinaryPrimitives.ReadInt32LittleEndian(data);
        uint address = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        if (index != 0 && (_interface = stack.Interfaces.Find(index)) is null)
            return Errno.NoSuchDevice;
        if (address != 0)
            _source = InetAddress.FromIpv4(address);
        return Errno.None;
    }

    private static Errno ReadByte(ReadOnlySpan<byte> data, int least, ref byte? value)
    {
        if (data.Length is not (1 or 4))
            return Errno.Invalid;
        int number = data.Length == 1 ? data[0] : BinaryPrimitives.ReadInt32LittleEndian(data);
        if (number < least || number > byte.MaxValue)
            return Errno.Invalid;
        value = (byte)number;
        return Errno.None;
    }
}

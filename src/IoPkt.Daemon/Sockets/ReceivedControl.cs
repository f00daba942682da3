using System.Buffers.Binary;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Sockets;

/// <summary>Which control messages a client wants with its datagrams, and how they're written.</summary>
internal sealed class ReceivedControl
{
    /// <summary>IP_PKTINFO</summary>
    public bool PacketInfo { get; set; }

    /// <summary>IP_RECVTTL</summary>
    public bool Ttl { get; set; }

    /// <summary>IP_RECVTOS</summary>
    public bool Tos { get; set; }

    /// <summary>SO_TIMESTAMP</summary>
    public bool Timestamp { get; set; }

    /// <summary>SO_TIMESTAMPNS, which excludes the former.</summary>
    public bool TimestampNanoseconds { get; set; }

    /// <returns>Bytes written.</returns>
    public int Write(Span<byte> destination, in Datagram datagram, NetworkStack stack)
    {
        ControlMessageWriter writer = new(destination);
        if (Timestamp || TimestampNanoseconds)
            WriteTimestamp(ref writer, datagram, stack);
        if (PacketInfo)
            WritePacketInfo(ref writer, datagram);
        if (Ttl)
            BinaryPrimitives.WriteInt32LittleEndian(writer.Add(LinuxLevels.Ip, LinuxIpOptions.Ttl, sizeof(int)), datagram.Ttl);
        if (Tos)
            writer.Add(LinuxLevels.Ip, LinuxIpOptions.Tos, 1)[0] = datagram.TrafficClass;
        return writer.Length;
    }

    /// <summary><c>struct timeval</c> or <c>struct timespec</c>, of the host's wall clock.</summary>
    private void WriteTimestamp(ref ControlMessageWriter writer, in Datagram datagram, NetworkStack stack)
    {
        long received = datagram.Payload.Packet.Timestamp;
        long age = received == 0 ? 0 : stack.Clock.Now - received;
        long ticks = stack.Clock.Provider.GetUtcNow().Ticks - DateTime.UnixEpoch.Ticks - age * TimeSpan.TicksPerMicrosecond;
        (long seconds, long fraction) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        Span<byte> data = writer.Add(LinuxLevels.Socket, TimestampNanoseconds ? LinuxSocketOptions.TimestampNanoseconds : LinuxSocketOptions.Timestamp, 16);
        BinaryPrimitives.WriteInt64LittleEndian(data, seconds);
        BinaryPrimitives.WriteInt64LittleEndian(data[8..], TimestampNanoseconds ? fraction * TimeSpan.NanosecondsPerTick : fraction / TimeSpan.TicksPerMicrosecond);
    }

    /// <summary><c>struct in_pktinfo</c>: the interface, our address there, and the packet's destination.</summary>
    private static void WritePacketInfo(ref ControlMessageWriter writer, in Datagram datagram)
    {
        Span<byte> data = writer.Add(LinuxLevels.Ip, LinuxIpOptions.PacketInfo, 12);
        InetAddress destination = datagram.Destination.Address;
        InetAddress local = FindLocal(datagram.Interface, destination);
        BinaryPrimitives.WriteInt32LittleEndian(data, datagram.Interface.Index);
        BinaryPrimitives.WriteUInt32BigEndian(data[4..], local.Ipv4);
        BinaryPrimitives.WriteUInt32BigEndian(data[8..], destination.Ipv4);
    }

    /// <summary>The address of ours that an answer should come from: for a broadcast or multicast packet, the interface's.</summary>
    private static InetAddress FindLocal(NetworkInterface receiver, in InetAddress destination)
    {
        bool suitsAll = destination.IsMulticast || destination.IsLimitedBroadcast;
        foreach (InterfaceAddress address in receiver.Addresses)
        {
            if (suitsAll || address.Broadcast == destination)
                return address.Address;
        }
        return destination;
    }
}

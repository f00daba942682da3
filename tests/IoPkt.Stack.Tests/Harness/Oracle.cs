using System.Net;
using System.Net.NetworkInformation;
using PacketDotNet;
using Xunit;
using DecodedArp = PacketDotNet.ArpPacket;

namespace IoPkt.Stack.Tests.Harness;

/// <summary>Frames as PacketDotNet, which knows nothing of ours, makes and reads them.</summary>
internal static class Oracle
{
    public static readonly MacAddress Stranger = MacAddress.Read([0x02, 0, 0, 0, 0x99, 0x99]);

    public static EthernetPacket Read(byte[] frame) => (EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, frame);

    /// <summary>Every header of the frame is as the RFCs want it: lengths that agree, and checksums.</summary>
    public static void AssertValid(byte[] frame)
    {
        EthernetPacket ethernet = Read(frame);
        Assert.InRange(frame.Length, 14, 65550);
        if (ethernet.Extract<DecodedArp>() is { } arp)
        {
            Assert.Equal(LinkLayers.Ethernet, arp.HardwareAddressType);
            Assert.Equal(EthernetType.IPv4, arp.ProtocolAddressType);
            Assert.Equal(6, arp.HardwareAddressLength);
            Assert.Equal(4, arp.ProtocolAddressLength);
            Assert.Equal(ethernet.SourceHardwareAddress, arp.SenderHardwareAddress);
            return;
        }
        IPv4Packet ip = ethernet.Extract<IPv4Packet>();
        Assert.NotNull(ip);
        Assert.True(ip.ValidIPChecksum, "IP checksum");
        Assert.Equal(IPVersion.IPv4, ip.Version);
        Assert.Equal(frame.Length - 14, ip.TotalLength);
        if (ip.FragmentOffset != 0 || (ip.FragmentFlags & 1) != 0)
            return;
        if (ip.Extract<UdpPacket>() is { } udp)
        {
            Assert.Equal(ip.TotalLength - 4 * ip.HeaderLength, udp.Length);
            Assert.True(udp.ValidUdpChecksum, "UDP checksum");
        }
        if (ip.Extract<IcmpV4Packet>() is { } icmp)
            Assert.True(icmp.ValidIcmpChecksum, "ICMP checksum");
        if (ip.Extract<TcpPacket>() is { } tcp)
            Assert.True(tcp.ValidTcpChecksum, "TCP checksum");
    }

    public static byte[] Arp(ArpOperation operation, MacAddress sender, string senderAddress, MacAddress target, string targetAddress, MacAddress? to = null)
    {
        DecodedArp arp = new(operation, Physical(target), IPAddress.Parse(targetAddress), Physical(sender), IPAddress.Parse(senderAddress));
        return new EthernetPacket(Physical(sender), Physical(to ?? MacAddress.Broadcast), EthernetType.Arp) { PayloadPacket = arp }.Bytes;
    }

    public static byte[] Udp(TestPort to, string source, string destination, byte[] payload, ushort sourcePort = 1000, ushort destinationPort = 7, MacAddress? link = null,
        Action<IPv4Packet>? change = null)
    {
        UdpPacket udp = new(sourcePort, destinationPort) { PayloadData = payload };
        IPv4Packet ip = new(IPAddress.Parse(source), IPAddress.Parse(destination)) { PayloadPacket = udp, TimeToLive = 64 };
        udp.UpdateCalculatedValues();
        ip.UpdateCalculatedValues();
        udp.UpdateUdpChecksum();
        change?.Invoke(ip);
        ip.UpdateIPChecksum();
        return Frame(to, ip.Bytes, link);
    }

    /// <summary>An IP packet with a payload of any protocol.</summary>
    public static byte[] Ip(TestPort to, string source, string destination, ProtocolType protocol, byte[] payload, Action<IPv4Packet>? change = null)
    {
        IPv4Packet ip = new(IPAddress.Parse(source), IPAddress.Parse(destination)) { PayloadData = payload, TimeToLive = 64, Protocol = protocol };
        ip.UpdateCalculatedValues();
        change?.Invoke(ip);
        ip.UpdateIPChecksum();
        return Frame(to, ip.Bytes, null);
    }

    /// <summary>An ICMP message with its checksum.</summary>
    public static byte[] Icmp(TestPort to, string source, string destination, byte type, byte code, uint information, byte[] data)
    {
        byte[] message = [type, code, 0, 0, (byte)(information >> 24), (byte)(information >> 16), (byte)(information >> 8), (byte)information, .. data];
        ushort checksum = InternetChecksum.Finish(InternetChecksum.Sum(message));
        (message[2], message[3]) = ((byte)(checksum >> 8), (byte)checksum);
        return Ip(to, source, destination, ProtocolType.Icmp, message);
    }

    /// <summary>Puts a frame around a packet, from a stranger on the link.</summary>
    public static byte[] Frame(TestPort to, byte[] packet, MacAddress? link = null)
    {
        byte[] frame = new byte[14 + packet.Length];
        (link ?? to.Mac).Write(frame);
        Stranger.Write(frame.AsSpan(6));
        frame[12] = 0x08;
        packet.CopyTo(frame, 14);
        return frame;
    }

    public static PhysicalAddress Physical(MacAddress mac)
    {
        byte[] bytes = new byte[MacAddress.Size];
        mac.Write(bytes);
        return new PhysicalAddress(bytes);
    }

    public static MacAddress Mac(PhysicalAddress address) => MacAddress.Read(address.GetAddressBytes());
}

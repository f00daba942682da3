using System.Buffers.Binary;
using IoPkt.Stack.Tests.Harness;
using PacketDotNet;
using Xunit;

namespace IoPkt.Stack.Tests.Igmp;

/// <summary>A host with one address on a wire where every IGMP message is read by PacketDotNet and kept, and what a querier would say can be said to it.</summary>
internal sealed class IgmpHost : IDisposable
{
    private readonly DateTimeOffset _start;

    public IgmpHost(string? address = "10.0.0.1/24")
    {
        Wire = Network.AddWire();
        Host = Network.AddHost();
        Port = Host.Connect(Wire, address);
        Network.Run(20);
        _start = Network.Time.GetUtcNow();
        Wire.Filter = (_, frame) =>
        {
            if (Oracle.Read(frame).PayloadPacket is IPv4Packet ip && frame[14 + 9] == IgmpProtocol.Number)
                Read(frame, ip);
            return WireVerdict.Pass;
        };
    }

    public TestNetwork Network { get; } = new();

    public TestWire Wire { get; }

    public TestHost Host { get; }

    public TestPort Port { get; }

    /// <summary>What was sent, one a record: when, where to, and what it says: "ToExclude 239.1.2.3".</summary>
    public List<(double Seconds, string To, string Text)> Sent { get; } = [];

    /// <summary>The number of packets that it was in.</summary>
    public int Packets { get; private set; }

    public IEnumerable<string> Texts => Sent.Select(s => s.Text);

    private double Seconds => (Network.Time.GetUtcNow() - _start).TotalSeconds;

    public UdpSocket Join(params string[] groups)
    {
        UdpSocket socket = Host.Udp("0.0.0.0", 7);
        socket.Options.ReusePort = true;
        Set(socket, true, groups);
        return socket;
    }

    public void Set(UdpSocket socket, bool join, params string[] groups)
    {
        Host.Step(_ =>
        {
            foreach (string group in groups)
                Assert.Equal(Errno.None, socket.SetMembership(InetAddress.Parse(group), Port.Interface, join));
        });
        Network.Settle();
    }

    public void Clear()
    {
        Sent.Clear();
        Packets = 0;
    }

    /// <param name="code">Max Resp Code.</param>
    /// <param name="group">0.0.0.0: every group.</param>
    public void Query(byte code, string group = "0.0.0.0") => Say([0x11, code, 0, 0, .. Bytes(group)]);

    public void Query3(byte code, string group = "0.0.0.0", byte robustness = 2, byte interval = 125, params string[] sources) =>
        Say([0x11, code, 0, 0, .. Bytes(group), robustness, interval, 0, (byte)sources.Length, .. sources.SelectMany(Bytes)]);

    /// <summary>Another member's report.</summary>
    public void Report(byte type, string group) => Say([type, 0, 0, 0, .. Bytes(group)], group);

    public void Say(byte[] message, string to = "224.0.0.1", byte ttl = 1, bool complete = true)
    {
        if (complete)
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), InternetChecksum.Finish(InternetChecksum.Sum(message)));
        byte[] frame = Oracle.Ip(Port, "10.0.0.254", to, ProtocolType.Igmp, message, ip => ip.TimeToLive = ttl);
        EthernetLink.MulticastAddress(InetAddress.Parse(to)).Write(frame);
        Port.Inject(frame);
        Network.Settle();
    }

    public long Count(string text) => Host.Count("igmp", text);

    public void Dispose() => Network.Dispose();

    private static byte[] Bytes(string address)
    {
        byte[] bytes = new byte[4];
        InetAddress.Parse(address).Write(bytes);
        return bytes;
    }

    private void Read(byte[] frame, IPv4Packet ip)
    {
        // RFC 3376, section 4: TTL, precedence and the Router Alert option.
        Assert.Equal((1, 0xc0, 6, "94040000"), (ip.TimeToLive, ip.TypeOfService, ip.HeaderLength, Convert.ToHexString(frame.AsSpan(34, 4))));
        Oracle.AssertValid(frame);
        byte[] message = frame[38..];
        Assert.Equal(0, InternetChecksum.Finish(InternetChecksum.Sum(message)));
        Packets++;
        string to = ip.DestinationAddress.ToString();
        if (message[0] != 0x22)
        {
            string name = message[0] switch { 0x12 => "Report1", 0x16 => "Report2", 0x17 => "Leave", _ => $"type {message[0]}" };
            // PacketDotNet doesn't know version 1, which looks the same.
            string group = ip.Extract<IgmpV2Packet>()?.GroupAddress.ToString() ?? InetAddress.Read(message.AsSpan(4, 4)).ToString();
            Sent.Add((Seconds, to, $"{name} {group}"));
            return;
        }
        foreach (IgmpV3MembershipReportGroupRecord record in ip.Extract<IgmpV3MembershipReportPacket>().GroupRecords)
        {
            string sources = string.Join(' ', record.SourceAddresses.Select(a => a.ToString()));
            Sent.Add((Seconds, to, $"{(IgmpRecordType)(byte)record.RecordType} {record.MulticastAddress} {sources}".TrimEnd()));
        }
    }
}

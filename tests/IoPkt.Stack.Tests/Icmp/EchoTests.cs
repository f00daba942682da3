using CsCheck;
using IoPkt.Stack.Tests.Harness;
using PacketDotNet;
using Xunit;

namespace IoPkt.Stack.Tests.Icmp;

public sealed class EchoTests : IDisposable
{
    private readonly TwoHosts _net = new TwoHosts().Quiet();

    public EchoTests()
    {
        _net.A.Step(_ => _net.PortA.Link.Arp.SetStatic(InetAddress.Parse("10.0.0.9"), Oracle.Stranger));
        _net.Wire.Recording = true;
    }

    public void Dispose() => _net.Dispose();

    /// <summary>The checksum of an answer is computed from that of the question, so any data must give a right one.</summary>
    [Fact]
    public void An_answer_to_any_question_is_valid_and_has_its_data() => Gen.Select(Gen.Byte.Array[0, 100], Gen.UInt).Sample((data, word) =>
    {
        _net.Wire.Frames.Clear();
        _net.PortA.Inject(Oracle.Icmp(_net.PortA, "10.0.0.9", "10.0.0.1", 8, 0, word, data));
        _net.Network.Settle();
        byte[] frame = Assert.Single(_net.Wire.Frames);
        Oracle.AssertValid(frame);
        IcmpV4Packet icmp = Oracle.Read(frame).Extract<IcmpV4Packet>();
        Assert.Equal(IcmpV4TypeCode.EchoReply, icmp.TypeCode);
        Assert.Equal((ushort)(word >> 16), icmp.Id);
        Assert.Equal((ushort)word, icmp.Sequence);
        Assert.Equal(data, icmp.Bytes[8..]);
    }, iter: 2000, threads: 1);

    [Fact]
    public void A_question_to_everybody_is_answered_only_if_that_is_wanted()
    {
        byte[] question = Oracle.Icmp(_net.PortA, "10.0.0.9", "10.0.0.255", 8, 0, 1, [1]);
        MacAddress.Broadcast.Write(question);
        _net.PortA.Inject(question);
        _net.Network.Settle();
        Assert.Empty(_net.Wire.Frames);
        Assert.Equal(1, _net.A.Count("icmp", "echo requests to a group, ignored"));
        _net.A.Stack.Ipv4.Settings.AnswerBroadcastEcho = true;
        _net.PortA.Inject(question);
        _net.Network.Settle();
        // RFC 1122, section 3.2.2.6: from an address of the interface, never from the group's.
        Assert.Equal("10.0.0.1", Oracle.Read(Assert.Single(_net.Wire.Frames)).Extract<IPv4Packet>().SourceAddress.ToString());
    }

    [Fact]
    public void A_bad_checksum_or_length_is_counted()
    {
        byte[] frame = Oracle.Icmp(_net.PortA, "10.0.0.9", "10.0.0.1", 8, 0, 1, [1, 2]);
        frame[^1] ^= 1;
        _net.PortA.Inject(frame);
        _net.PortA.Inject(Oracle.Ip(_net.PortA, "10.0.0.9", "10.0.0.1", ProtocolType.Icmp, [8, 0, 0, 0]));
        _net.Network.Settle();
        Assert.Empty(_net.Wire.Frames);
        Assert.Equal(1, _net.A.Count("icmp", "messages with bad checksum"));
        Assert.Equal(1, _net.A.Count("icmp", "messages shorter than minimum length"));
        _net.A.AssertNothingHeld();
    }

    [Fact]
    public void An_answer_goes_to_the_socket_that_asked()
    {
        IcmpSocket first = _net.A.Stack.Ipv4.CreateIcmpSocket(), second = _net.A.Stack.Ipv4.CreateIcmpSocket();
        byte[] question = [8, 0, 0, 0, 0, 0, 0, 5, 42];
        foreach (IcmpSocket socket in (IcmpSocket[])[first, second])
            _net.A.Step(_ => Assert.Equal(Errno.None, socket.Send(_net.A.Copy(question), new InetEndpoint(InetAddress.Parse("10.0.0.2"), 0))));
        _net.Network.Settle();
        Assert.NotEqual(first.LocalEndpoint.Port, second.LocalEndpoint.Port);
        Assert.Equal(1, first.ReceiveCount);
        byte[] answer = TwoHosts.Take(second);
        Assert.Equal([0, 0], answer[..2]);
        Assert.Equal(second.LocalEndpoint.Port, answer[4] << 8 | answer[5]);
        Assert.Equal([0, 5, 42], answer[6..]);
        TwoHosts.Take(first);
        // Anything but a question is refused.
        foreach (byte type in (byte[])[0, 3, 13])
            _net.A.Step(_ => Assert.Equal(Errno.Invalid, first.Send(_net.A.Copy([type, 0, 0, 0, 0, 0, 0, 0]), new InetEndpoint(InetAddress.Parse("10.0.0.2"), 0))));
    }
}

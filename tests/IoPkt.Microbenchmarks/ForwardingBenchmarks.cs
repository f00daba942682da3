using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using IoPkt.Stack;

namespace IoPkt.Microbenchmarks;

/// <summary>A gateway between two Ethernet interfaces that cost nothing: 64 frames of 64 bytes, as a packet thread hands them over, known to the fast path or not.</summary>
public class ForwardingBenchmarks : IDisposable
{
    private const int Batch = 64, FrameLength = 60;

    private readonly MbufPool _pool = new();
    private readonly byte[] _frame = new byte[FrameLength];
    private NetworkStack _stack = null!;
    private Port _near = null!;
    private Port _far = null!;

    [Params(true, false)]
    public bool IsFast { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _stack = new NetworkStack(new NetworkStackOptions { Random = new Random(1), Pool = _pool, Forwarding = true, FastForwarding = IsFast });
        _near = new Port(_stack, 0);
        _far = new Port(_stack, 1);
        _far.Link.Arp.SetStatic(InetAddress.FromIpv4(0x0a090103), MacAddress.Read([2, 0, 0, 0, 0, 3]));
        WriteDatagram();
        Forward();
        if (_far.Sent != Batch)
            throw new InvalidOperationException($"{_far.Sent} frames were forwarded");
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _pool.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public void Forward()
    {
        MbufQueue frames = default;
        for (int i = 0; i < Batch; i++)
        {
            Mbuf frame = _pool.GetCluster()!;
            frame.Reserve(2);
            frame.Append(_frame);
            frames.Enqueue(frame);
        }
        _stack.Ipv4.FastForwarder.Take(_near.Interface, ref frames);
        if (frames.IsEmpty)
            return;
        _stack.Begin();
        _stack.Input(_near.Interface, ref frames);
        _stack.End();
    }

    private void WriteDatagram()
    {
        Span<byte> frame = _frame;
        _near.Interface.LinkAddress.Write(frame);
        MacAddress.Read([2, 0, 0, 0, 0, 9]).Write(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], 0x0800);
        Span<byte> packet = frame[14..];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], FrameLength - 14);
        packet[8] = 64;
        packet[9] = 17;
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], 0x0a090001);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], 0x0a090103);
        new Ipv4Header(packet).UpdateChecksum();
        BinaryPrimitives.WriteUInt16BigEndian(packet[24..], FrameLength - 34);
    }

    /// <summary>An interface of 10.9.<em>number</em>.2 whose device drops what it's given.</summary>
    private sealed class Port : IInterfaceOutput
    {
        public Port(NetworkStack stack, byte number)
        {
            Interface = stack.Interfaces.Add(
                new InterfaceConfiguration { Name = $"port{number}", LinkAddress = MacAddress.Read([2, 0, 0, 0, 1, number]), Output = this },
                owner => Link = new EthernetLink(owner));
            stack.Interfaces.SetUp(Interface, true);
            stack.Interfaces.AddAddress(Interface, new InterfaceAddress(InetAddress.FromIpv4(0x0a090002u | (uint)number << 8), 24, InetAddress.AnyIpv4, InetAddress.AnyIpv4));
        }

        public NetworkInterface Interface { get; }

        public EthernetLink Link { get; private set; } = null!;

        public int Sent { get; private set; }

        public void Transmit(ref MbufQueue frames) => Sent += frames.FreeAll();

        public void Forward(ref MbufQueue frames) => Sent += frames.FreeAll();
    }
}

using System.Buffers.Binary;
using IoPkt.Stack;

namespace IoPkt.Benchmarks.Embedded;

/// <summary>A bound UDP socket and its user.</summary>
internal abstract class DatagramUser : SocketUser
{
    protected DatagramUser(NetworkStack stack, WorkList work, ushort port) : base(work)
    {
        Pool = stack.Pool;
        Socket = stack.Udp.CreateSocket(AddressFamily.Inet);
        Socket.Owner = this;
        if (Socket.Bind(new InetEndpoint(InetAddress.Any(AddressFamily.Inet), port)) != Errno.None)
            throw new InvalidOperationException($"can't bind to port {port}");
    }

    protected MbufPool Pool { get; }

    protected DatagramSocket Socket { get; }

    protected override void Work(SocketEvents events)
    {
        while (Socket.TryReceive(out Datagram datagram))
            Receive(ref datagram);
    }

    protected abstract void Receive(ref Datagram datagram);
}

/// <summary>Counts datagrams; one of a single byte asks for the number.</summary>
internal sealed class DatagramCounter(NetworkStack stack, WorkList work) : DatagramUser(stack, work, ServicePorts.Count)
{
    private ulong _count;

    protected override void Receive(ref Datagram datagram)
    {
        int length = datagram.Payload.Packet.Length;
        datagram.Payload.Free();
        if (length != 1)
        {
            _count++;
            return;
        }
        Span<byte> answer = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(answer, _count);
        if (Pool.GetCopy(answer) is { } payload)
            Socket.Send(payload, datagram.Source);
    }
}

/// <summary>Sends back what comes, in the memory in which it came.</summary>
internal sealed class DatagramEcho(NetworkStack stack, WorkList work) : DatagramUser(stack, work, ServicePorts.DatagramEcho)
{
    protected override void Receive(ref Datagram datagram) => Socket.Send(datagram.Payload, datagram.Source);
}

/// <summary>Sends datagrams to whoever asks, for as many seconds as the request says: a batch of them a batch of the stack.</summary>
internal sealed class DatagramGenerator : DatagramUser
{
    private const int Batch = 64, Size = 64;

    private readonly NetworkStack _stack;
    private readonly StackTimer _next;
    private readonly byte[] _data = new byte[Size];
    private InetEndpoint _reader;
    private long _end;

    public DatagramGenerator(NetworkStack stack, WorkList work) : base(stack, work, ServicePorts.Generate)
    {
        _stack = stack;
        // A timer that's due already makes another batch follow; armed anew by its own callback it would be due within the same.
        _next = new StackTimer(stack.Timers, () => OnSocketEvent(Socket, SocketEvents.Writable));
    }

    protected override void Receive(ref Datagram datagram)
    {
        if (datagram.Payload.Packet.Length == sizeof(double))
        {
            Span<byte> seconds = stackalloc byte[sizeof(double)];
            datagram.Payload.CopyTo(0, seconds);
            _reader = datagram.Source;
            _end = _stack.Clock.Now + (long)(BinaryPrimitives.ReadDoubleLittleEndian(seconds) * 1e6);
        }
        datagram.Payload.Free();
    }

    protected override void Work(SocketEvents events)
    {
        base.Work(events);
        if (_stack.Clock.Now >= _end)
            return;
        for (int i = 0; i < Batch && Pool.GetCopy(_data) is { } payload; i++)
            Socket.Send(payload, _reader);
        _next.Arm(_stack.Clock.Now);
    }
}

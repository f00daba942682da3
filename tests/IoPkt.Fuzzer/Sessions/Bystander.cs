using System.Buffers.Binary;
using IoPkt.Fuzzer.Frames;

namespace IoPkt.Fuzzer.Sessions;

/// <summary>An honest host whose connection goes on while others fuzz: every byte of it arrives, both ways.</summary>
internal sealed class Bystander(FuzzedHost host)
{
    private const ushort Port = 5000;
    private const uint FirstSequence = 1_000_000;
    private const int Ack = 16, Syn = 2, Rst = 4;

    private readonly byte[] _frame = new byte[FuzzedLink.MaximumFrame];
    private TcpSocket? _socket;
    private uint _acknowledged;
    private uint _firstOfStack;
    private uint _expected;
    private int _read;
    private int _written;
    private bool _owesAnswer;
    private bool _isOver;

    /// <summary>Connects.</summary>
    public void Start()
    {
        Send(FirstSequence, Syn, 0);
        for (int i = 0; i < 100 && _socket is null; i++)
        {
            Answer();
            host.Do(() => _socket = host.BystanderListener.Accept());
            if (_socket is null)
                host.Wait(100_000);
        }
        if (_socket is null)
            throw new FuzzingException("an honest host can't connect");
    }

    /// <summary>Some bytes each way.</summary>
    public void Go(Random random)
    {
        // What isn't acknowledged is sent again, from there: somebody may have used up the memory for it.
        Send(_acknowledged, Ack, random.Next(1, 400));
        host.Do(() =>
        {
            Read();
            if (_socket!.SendSpace > 400 && _socket.Stack.Pool.GetCopy(Pattern(_written, random.Next(1, 400))) is { } data)
            {
                int length = data.Packet.Length;
                if (_socket.Send(data) == Errno.None)
                    _written += length;
            }
        });
        Answer();
    }

    /// <summary>Everything that was written has arrived, within minutes.</summary>
    public void Finish(Random random)
    {
        int sent = (int)(_acknowledged - FirstSequence - 1);
        for (int i = 0; i < 300 && ((int)(_expected - _firstOfStack) < _written || _acknowledged == FirstSequence + 1 + (uint)sent); i++)
        {
            Send(_acknowledged, Ack, random.Next(1, 400));
            host.Do(Read);
            Answer();
            host.Wait(1_000_000);
        }
        if ((int)(_expected - _firstOfStack) != _written || _acknowledged == FirstSequence + 1 + (uint)sent)
            throw new FuzzingException($"an honest connection stands: {_expected - _firstOfStack} of {_written} bytes came, state {_socket!.State}");
        _isOver = true;
        host.Do(() => _socket!.Abort());
    }

    public void Observe(ReadOnlySpan<byte> segment)
    {
        if (_isOver || BinaryPrimitives.ReadUInt16BigEndian(segment[2..]) != Port)
            return;
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(segment[4..]), acknowledgment = BinaryPrimitives.ReadUInt32BigEndian(segment[8..]);
        int header = (segment[12] >> 4) * 4, flags = segment[13];
        if ((flags & Rst) != 0)
            throw new FuzzingException("an honest connection was reset");
        if ((flags & Syn) != 0)
        {
            _firstOfStack = _expected = sequence + 1;
            _acknowledged = acknowledgment;
            _owesAnswer = true;
            return;
        }
        if ((int)(acknowledgment - _acknowledged) > 0)
            _acknowledged = acknowledgment;
        ReadOnlySpan<byte> data = segment[header..];
        int at = (int)(sequence - _firstOfStack);
        for (int i = 0; i < data.Length; i++)
        {
            if (data[i] != At(at + i))
                throw new FuzzingException($"byte {at + i} of an honest connection is {data[i]}, not {At(at + i)}");
        }
        if ((int)(sequence - _expected) <= 0 && (int)(sequence + (uint)data.Length - _expected) > 0)
            _expected = sequence + (uint)data.Length;
        _owesAnswer |= data.Length > 0;
    }

    private void Answer()
    {
        while (_owesAnswer)
        {
            _owesAnswer = false;
            Send(_acknowledged, Ack, 0);
        }
    }

    private void Read()
    {
        while (_socket!.Received is { } data)
        {
            foreach (byte value in data.Span)
            {
                if (value != At(_read))
                    throw new FuzzingException($"byte {_read} to an honest connection came as {value}, not {At(_read)}");
                _read++;
            }
            _socket.Consume(data.Span.Length);
        }
    }

    private void Send(uint sequence, int flags, int length)
    {
        Span<byte> packet = _frame.AsSpan(FuzzedLink.EthernetHeader, 40 + length), segment = packet[20..];
        BinaryPrimitives.WriteUInt16BigEndian(segment, Port);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], FuzzedHost.BystanderPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment[8..], _expected);
        segment[12] = 5 << 4;
        segment[13] = (byte)flags;
        BinaryPrimitives.WriteUInt16BigEndian(segment[14..], 65535);
        segment[18..20].Clear();
        Pattern((int)(sequence - FirstSequence - 1), length).CopyTo(segment[20..]);
        PacketWriter.Ethernet(_frame, FuzzedLink.StackStation, FuzzedLink.Ipv4);
        PacketWriter.Ipv4(packet, 20, FuzzedLink.Tcp, FuzzedLink.BystanderAddress, FuzzedLink.StackAddress, 1, 0x4000, 64);
        host.Inject(_frame.AsSpan(0, FuzzedLink.EthernetHeader + packet.Length));
    }

    private static byte At(int position) => (byte)(position * 31 + (position >> 8));

    private static byte[] Pattern(int from, int length) => [.. Enumerable.Range(from, length).Select(At)];
}

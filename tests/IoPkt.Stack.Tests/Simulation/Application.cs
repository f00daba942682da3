using System.Globalization;

namespace IoPkt.Stack.Tests.Simulation;

/// <summary>A user of one connection. It acts on events alone, and on its own alarm clock; so an event that TCP forgets is a stall that the simulation finds.</summary>
internal sealed class Application(Simulation simulation, SimulatedHost host, ApplicationPlan plan, uint sendPattern, uint receivePattern, string name) : ISocketOwner
{
    private TcpSocket? _socket;
    private bool _touched;
    private bool _sendingShut;
    private long _readAgainAt;
    private long _writeAgainAt;
    private long _abortAt = long.MaxValue;

    public string Name { get; } = name;

    public ApplicationPlan Plan { get; } = plan;

    public Application? Peer { get; set; }

    public int Sent { get; private set; }

    public int Received { get; private set; }

    public bool SawEnd { get; private set; }

    public bool IsClosed { get; private set; }

    public bool IsConnected { get; private set; }

    public Errno Error { get; private set; }

    /// <summary>When the last byte was received, or the connection's state changed.</summary>
    public long LastProgress { get; private set; }

    /// <summary>When the application wants to act by itself.</summary>
    public long NextAlarm => IsClosed ? long.MaxValue
        : Math.Min(_abortAt, Math.Min(_readAgainAt > simulation.Now ? _readAgainAt : long.MaxValue, _writeAgainAt > simulation.Now ? _writeAgainAt : long.MaxValue));

    public void Connect(InetEndpoint remote)
    {
        TcpSocket socket = host.Stack.Tcp.CreateSocket(AddressFamily.Inet);
        Configure(socket);
        Errno error = socket.Connect(remote);
        if (error != Errno.InProgress)
            simulation.Fail($"{Name}: connect says {error}");
    }

    public void Attach(TcpSocket socket)
    {
        Configure(socket);
        Connected();
        _touched = true;
    }

    public void OnSocketEvent(InetSocket socket, SocketEvents events)
    {
        _touched = true;
        simulation.Trace?.Note(simulation.Now, $"{Name}: {events}");
        if ((events & SocketEvents.Connected) != 0)
            Connected();
        if ((events & SocketEvents.Error) != 0)
        {
            Error = _socket!.TakeError();
            LastProgress = simulation.Now;
        }
    }

    /// <summary>Runs at the end of each batch of its host.</summary>
    public void Act()
    {
        long now = simulation.Now;
        bool alarm = (_readAgainAt != 0 && _readAgainAt <= now) || (_writeAgainAt != 0 && _writeAgainAt <= now) || _abortAt <= now;
        if (_socket is null || IsClosed || !(_touched || alarm))
            return;
        _touched = false;
        if (_abortAt <= now)
        {
            simulation.Trace?.Note(now, $"{Name}: abort");
            _socket.Abort();
            IsClosed = true;
            return;
        }
        if (_readAgainAt <= now)
            Read(now);
        if (IsConnected && Error == Errno.None && _writeAgainAt <= now && (!Plan.SendsLast || SawEnd))
            Write(now);
        if (Error != Errno.None && _socket.ReceiveAvailable == 0)
            Close();
        else if (_sendingShut && (SawEnd || Plan.ClosesEarly))
            Close();
    }

    private void Configure(TcpSocket socket)
    {
        _socket = socket;
        socket.Owner = this;
        socket.NoDelay = Plan.NoDelay;
        if (Plan.ReceiveBuffer > 0)
            socket.Options.ReceiveBuffer = Plan.ReceiveBuffer;
        if (Plan.SendBuffer > 0)
            socket.Options.SendBuffer = Plan.SendBuffer;
        LastProgress = simulation.Now;
    }

    private void Connected()
    {
        IsConnected = true;
        LastProgress = simulation.Now;
        if (Plan.AbortAt is { } after)
            _abortAt = simulation.Now + after;
    }

    private void Read(long now)
    {
        _readAgainAt = 0;
        int budget = Plan.ReadPause > 0 ? simulation.Random.Next(1, Plan.LargestRead + 1) : int.MaxValue;
        while (_socket!.Received is { } first && budget > 0)
        {
            int count = Math.Min(Math.Min(first.Length, budget), simulation.Random.Next(1, Plan.LargestRead + 1));
            ReadOnlySpan<byte> data = first.Span[..count];
            for (int i = 0; i < count; i++)
            {
                if (data[i] != Pattern(receivePattern, Received + i))
                {
                    simulation.Fail(string.Create(CultureInfo.InvariantCulture, $"{Name}: byte {Received + i} is wrong"));
                    return;
                }
            }
            Received += count;
            budget -= count;
            LastProgress = now;
            _socket.Consume(count);
        }
        if (Plan.ReadPause > 0 && _socket.ReceiveAvailable > 0)
            _readAgainAt = now + 1 + simulation.Random.NextInt64(Plan.ReadPause);
        if (_socket.IsReceiveEnd && !SawEnd)
        {
            SawEnd = true;
            LastProgress = now;
        }
    }

    private void Write(long now)
    {
        _writeAgainAt = 0;
        while (Sent < Plan.BytesToSend && _socket!.SendSpace > 0)
        {
            int count = Math.Min(Math.Min(Plan.BytesToSend - Sent, _socket.SendSpace), simulation.Random.Next(1, Plan.LargestWrite + 1));
            byte[] bytes = new byte[count];
            for (int i = 0; i < count; i++)
                bytes[i] = Pattern(sendPattern, Sent + i);
            Mbuf? data = host.Pool.GetChain(count);
            if (data is null || !data.Append(bytes))
            {
                // The pool is dry: a program would sleep a little.
                data?.Free();
                _writeAgainAt = now + 10_000;
                return;
            }
            Errno error = _socket.Send(data);
            if (error != Errno.None)
            {
                if (Error == Errno.None && error != Errno.BrokenPipe)
                    simulation.Fail($"{Name}: send says {error}");
                return;
            }
            Sent += count;
            LastProgress = now;
            if (Plan.WritePause > 0)
            {
                _writeAgainAt = now + 1 + simulation.Random.NextInt64(Plan.WritePause);
                return;
            }
        }
        if (Sent == Plan.BytesToSend && !_sendingShut)
        {
            _sendingShut = true;
            if (!Plan.ClosesEarly)
                _socket!.Shutdown(SocketShutdown.Send);
        }
    }

    private void Close()
    {
        simulation.Trace?.Note(simulation.Now, $"{Name}: close");
        IsClosed = true;
        LastProgress = simulation.Now;
        _socket!.Close();
    }

    private static byte Pattern(uint key, int position)
    {
        uint x = key + (uint)position * 2654435761u;
        return (byte)(x >> 24 ^ x >> 13);
    }
}

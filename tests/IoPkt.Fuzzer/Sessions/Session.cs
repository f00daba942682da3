using System.Buffers.Binary;
using System.Text;
using IoPkt.Fuzzer.Frames;

namespace IoPkt.Fuzzer.Sessions;

/// <summary>
/// One stack, and what one seed makes of it: frames, users who do this and that, time that passes. Then everybody leaves, and nothing may remain.
/// </summary>
internal sealed class Session : IFuzzingSession
{
    /// <summary>Frames, or messages, of a session.</summary>
    public const int MostInputs = 500;

    private const int Remembered = 16;

    /// <summary>What takes a second of the processor is no longer one frame's work, however slow the machine.</summary>
    private static readonly TimeSpan s_inputLimit = TimeSpan.FromSeconds(5);

    private readonly int _seed;
    private readonly Target _target;
    private readonly MbufPool _pool;
    private readonly Random _random;
    private readonly FuzzedHost _host;
    private readonly LengthVerdict _lengths;
    private readonly Conversations _conversations = new();
    private readonly Queue<byte[]> _last = new();

    /// <param name="seed">Of all choices.</param>
    /// <param name="target">Whose frames.</param>
    /// <param name="pool">Empty; it's empty again after <see cref="Run"/>, if nothing failed.</param>
    public Session(int seed, Target target, MbufPool pool)
    {
        _seed = seed;
        _target = target;
        _pool = pool;
        _random = new Random(seed);
        _host = new FuzzedHost(seed, pool);
        _lengths = new LengthVerdict(_host.Stack);
    }

    public long Inputs { get; private set; }

    public long Answers { get; private set; }

    public string? Run()
    {
        Bystander bystander = new(_host);
        _host.Sent = frame => Observe(frame.Span, bystander);
        try
        {
            bystander.Start();
            Fuzz(bystander);
            bystander.Finish(_random);
            Leave();
            Accounts.Verify(_host.Stack, _host.Frames);
            return null;
        }
        catch (Exception e)
        {
            return $"seed {_seed}, frame {Inputs}: {(e is FuzzingException ? e.Message : e)}";
        }
    }

    public string LastInputs() => _last.Aggregate(new StringBuilder("the last frames:\n"), (text, frame) => text.AppendLine(Convert.ToHexStringLower(frame))).ToString();

    private void Fuzz(Bystander bystander)
    {
        FrameGrammar grammar = new(_random, _conversations);
        Mutator mutator = new(_random);
        byte[] buffer = new byte[FuzzedLink.MaximumFrame];
        while (Inputs < MostInputs)
        {
            switch (_random.Next(20))
            {
                case 0:
                    bystander.Go(_random);
                    break;
                case 1:
                    _host.Wait(_random.Next(4) == 0 ? 30_000_000 : _random.Next(300_000));
                    break;
                case 2 or 3 or 4:
                    _host.Do(() => UserActs(_conversations.Any(_random)));
                    break;
                default:
                    int length = grammar.Next(buffer, _target);
                    mutator.Remember(buffer.AsSpan(0, length));
                    if (_random.Next(3) == 0)
                        length = mutator.Mutate(buffer, length);
                    Put(buffer.AsSpan(0, length));
                    break;
            }
        }
    }

    private void Put(ReadOnlySpan<byte> frame)
    {
        if (_last.Count == Remembered)
            _last.Dequeue();
        _last.Enqueue(frame.ToArray());
        Inputs++;
        long start = Environment.TickCount64;
        _lengths.Check(frame, _host.Inject);
        if (Environment.TickCount64 - start > s_inputLimit.TotalMilliseconds)
            throw new FuzzingException($"one frame took {Environment.TickCount64 - start} ms");
    }

    /// <summary>A user accepts, connects, reads, writes, or ends a connection in one of the ways there are.</summary>
    private void UserActs(Conversation conversation)
    {
        while (_host.Listener.Accept() is { } accepted)
        {
            if (_conversations.ByPort(accepted.RemoteEndpoint.Port) is { } known && known.Socket is null)
                known.Socket = accepted;
            else
                accepted.Abort();
        }
        // A user of datagrams who is slow finds its socket full.
        while (_random.Next(32) == 0 && _host.Datagrams.TryReceive(out Datagram datagram))
            datagram.Payload.Free();
        if (conversation.Socket is not { } socket)
        {
            if (_random.Next(4) != 0)
                return;
            conversation.Socket = socket = _host.Stack.Tcp.CreateSocket(AddressFamily.Inet);
            socket.FastOpenConnect = _random.Next(4) == 0;
            socket.Connect(new InetEndpoint(InetAddress.FromIpv4(FuzzedLink.PeerAddress), conversation.RemotePort));
            return;
        }
        switch (_random.Next(10))
        {
            case 0:
                socket.Close();
                conversation.Socket = null;
                break;
            case 1:
                socket.Abort();
                conversation.Socket = null;
                break;
            case 2:
                socket.Shutdown((SocketShutdown)_random.Next(3));
                break;
            case 3 or 4 or 5:
                if (socket.SendSpace > 0 && _pool.GetCopy(new byte[_random.Next(1, 3000)]) is { } data)
                    socket.Send(data);
                break;
            case 6:
                socket.NoDelay = !socket.NoDelay;
                socket.Cork = _random.Next(4) == 0;
                socket.KeepAlive = _random.Next(2) == 0;
                break;
            default:
                if (socket.ReceiveAvailable > 0)
                    socket.Consume(_random.Next(socket.ReceiveAvailable) + 1);
                _ = socket.GetInfo();
                break;
        }
    }

    private void Observe(ReadOnlySpan<byte> frame, Bystander bystander)
    {
        Answers++;
        AnswerCheck.Verify(frame);
        ReadOnlySpan<byte> packet = frame[FuzzedLink.EthernetHeader..];
        if (BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != FuzzedLink.Ipv4 || packet[9] != FuzzedLink.Tcp || BinaryPrimitives.ReadUInt32BigEndian(packet[12..]) != FuzzedLink.StackAddress)
            return;
        ReadOnlySpan<byte> segment = packet[((packet[0] & 15) * 4)..BinaryPrimitives.ReadUInt16BigEndian(packet[2..])];
        if (BinaryPrimitives.ReadUInt32BigEndian(packet[16..]) == FuzzedLink.BystanderAddress)
            bystander.Observe(segment);
        else if (_conversations.ByPort(BinaryPrimitives.ReadUInt16BigEndian(segment[2..])) is { } conversation)
            conversation.Observe(segment);
    }

    /// <summary>All users go. When every timer has run out, the stack holds nothing.</summary>
    private void Leave()
    {
        _host.Do(() =>
        {
            foreach (Conversation conversation in _conversations.All)
                conversation.Socket?.Abort();
            _host.Listener.Abort();
            _host.BystanderListener.Abort();
            _host.Datagrams.Close();
        });
        for (int i = 0; i < 10_000 && IsAnythingHeld(); i++)
        {
            _host.Wait(60_000_000);
        }
        if (IsAnythingHeld())
            throw new FuzzingException($"not given back: {string.Join(", ", _pool.GetStatistics().Kinds.Where(k => k.InUse > 0).Select(k => $"{k.InUse} {k.Name}"))}; "
                + $"sockets left: {string.Join(", ", _host.Stack.Tcp.Sockets.Select(s => $"{s.LocalEndpoint}-{s.RemoteEndpoint} {s.State}"))}");
    }

    private bool IsAnythingHeld() => _pool.GetStatistics().Kinds.Any(k => k.InUse > 0);
}

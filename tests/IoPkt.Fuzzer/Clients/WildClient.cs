using IoPkt.Daemon.Sockets.Native;
using IoPkt.Fuzzer.Frames;
using IoPkt.Wire.Sockets;

namespace IoPkt.Fuzzer.Clients;

/// <summary>A client that says whatever it likes, to the service and into its sockets, and hangs up when it likes.</summary>
internal sealed class WildClient : IDisposable
{
    private const int MostSockets = 16;
    private const int MostUnanswered = 100;

    private readonly ServiceHost _host;
    private readonly Random _random;
    private readonly RequestGrammar _grammar;
    private readonly Mutator _mutator;
    private readonly List<Descriptor> _sockets = [];
    private readonly Descriptor _foreign;
    private readonly Descriptor _foreignPeer;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private ControlLine? _control;

    public WildClient(ServiceHost host, Random random)
    {
        _host = host;
        _random = random;
        _grammar = new RequestGrammar(random);
        _mutator = new Mutator(random, hasChecksums: false);
        if (UnixSocket.CreatePair(Constants.SockStream, out _foreign, out _foreignPeer) is var error and not Errno.None)
            throw new InvalidOperationException($"the host gives no socket pair: {error}");
    }

    /// <summary>Replies that it got.</summary>
    public long Replies { get; private set; }

    /// <summary>What it said last.</summary>
    public byte[] Last { get; private set; } = [];

    /// <summary>Does one thing.</summary>
    public void Act()
    {
        switch (_random.Next(12))
        {
            case 0 when _sockets.Count > 0:
                Drop(_random.Next(_sockets.Count));
                break;
            case 1 when _random.Next(20) == 0:
                HangUp();
                break;
            case 2 or 3 or 4 when _sockets.Count > 0:
                Write(Any());
                break;
            case 5 when _sockets.Count > 0:
                Read(Any());
                break;
            case 6 when _sockets.Count > 0 && _random.Next(4) == 0:
                _ = Libc.Shutdown(Any().Value, _random.Next(3));
                break;
            default:
                Ask();
                break;
        }
        // Sometimes it doesn't listen for a while.
        if (_random.Next(4) != 0)
            TakeReplies();
    }

    public void Dispose()
    {
        HangUp();
        _sockets.ForEach(s => s.Dispose());
        _foreign.Dispose();
        _foreignPeer.Dispose();
    }

    private Descriptor Any() => _sockets[_random.Next(_sockets.Count)];

    private void Ask()
    {
        _control ??= new ControlLine(_host.Entry);
        byte[] message = Spoil(_random.Next(200) == 0 ? _grammar.Bytes(_random.Next(1, 100_000)) : _grammar.Request());
        // Nothing at all is the end of a connection.
        if (message.Length == 0 || _control.Unanswered > MostUnanswered)
            return;
        bool isNew = message.Length >= 4 && message[2] == (byte)Operation.Socket;
        Descriptor? attached = _random.Next(16) == 0 ? _foreign : isNew != (_random.Next(16) == 0) || _sockets.Count == 0 ? null : Any();
        _control.Send(message, attached);
    }

    private void Write(Descriptor socket)
    {
        byte[] message = Spoil(_random.Next(4) switch { 0 => _grammar.Connect(), 1 or 2 => _grammar.Datagram(), _ => _grammar.Bytes(_random.Next(1, 5000)) });
        UnixSocket.Send(socket.Value, message, _random.Next(30) == 0 ? _foreign : null);
    }

    private void Read(Descriptor socket)
    {
        int count = UnixSocket.Receive(socket.Value, _buffer.AsSpan(0, _random.Next(2) == 0 ? AcceptRecord.Size : _buffer.Length), out Descriptor? attached, out _, out _);
        if (attached is not null)
            Keep(attached);
        if (count == 0 && _random.Next(2) == 0)
            Drop(_sockets.IndexOf(socket));
    }

    private void TakeReplies()
    {
        _host.Run();
        while (_control is { IsLost: false } control && control.TryReceive(out _, out _, out Descriptor? attached))
        {
            Replies++;
            if (attached is not null)
                Keep(attached);
        }
        if (_control is { IsLost: true })
            HangUp();
    }

    private void Keep(Descriptor socket)
    {
        _sockets.Add(socket);
        if (_sockets.Count > MostSockets)
            Drop(0);
    }

    private void Drop(int index)
    {
        _sockets[index].Dispose();
        _sockets.RemoveAt(index);
    }

    private void HangUp()
    {
        _control?.Dispose();
        _control = null;
    }

    private byte[] Spoil(byte[] message)
    {
        if (message.Length is > 0 and <= FuzzedLink.MaximumFrame)
        {
            message.CopyTo(_buffer, 0);
            _mutator.Remember(message);
            if (_random.Next(4) == 0)
                message = _buffer.AsSpan(0, _mutator.Mutate(_buffer, message.Length)).ToArray();
        }
        return Last = message;
    }
}

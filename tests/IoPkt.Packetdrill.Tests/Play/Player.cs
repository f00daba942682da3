using System.Globalization;
using IoPkt.Packetdrill.Calls;
using IoPkt.Packetdrill.Host;
using IoPkt.Packetdrill.Tests.Language;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Packetdrill.Tests.Play;

/// <summary>
/// Plays a script against a host of its own, in virtual time. It means what packetdrill means by it, and is stricter in two ways: data have to be right, and at the end
/// nothing may have been sent that the script doesn't mention.
/// </summary>
internal sealed class Player
{
    private const ushort ServerPort = 8080, ClientPort = 40000;
    private const long DefaultTolerance = 4000;
    private const long LongestWait = 24L * 3600 * 1_000_000;

    private readonly Script _script;
    private readonly VirtualKernel _kernel;
    private readonly Connection _connection = new() { RemotePort = ClientPort };
    private readonly CallPlayer _calls;
    private readonly PacketBuilder _builder;
    private readonly SegmentCheck _check;
    private readonly long _tolerance;
    private ScriptEvent _event = null!;
    private (SystemCall Call, Action<long> Complete, CallEvent Event, long ReturnsAt)? _blocked;

    private Player(Script script)
    {
        _script = script;
        HostConfiguration configuration = new();
        InetAddress remote = InetAddress.Parse("192.0.2.1");
        _tolerance = Option("tolerance_usecs", DefaultTolerance);
        _kernel = new VirtualKernel(configuration);
        _calls = new CallPlayer(_kernel, _connection, SockAddr.FromIpv4(configuration.Local.Ipv4, ServerPort), SockAddr.FromIpv4(remote.Ipv4, ServerPort));
        _builder = new PacketBuilder(configuration.Local, remote);
        _check = new SegmentCheck(_connection, Fail, _tolerance, Option("tcp_ts_tick_usecs", 0));
        Host.Stepped = RetryBlocked;
    }

    private VirtualHost Host => _kernel.Host;

    /// <exception cref="ScriptException">Something wasn't as the script says.</exception>
    public static void Play(Script script)
    {
        Player player = new(script);
        player.Play();
        player._kernel.CloseAll();
        player.Host.Dispose();
    }

    private void Play()
    {
        foreach (ScriptEvent e in _script.Events)
        {
            _event = e;
            long origin = e.Time.Kind == TimeKind.Relative ? Host.Now : 0;
            if (e is PacketEvent { IsInbound: false } sent)
            {
                Expect(sent.Packet, e.Time, origin);
                continue;
            }
            if (e.Time.Kind != TimeKind.Any)
                Host.RunUntil(origin + e.Time.Start);
            Do(e, origin);
        }
        if (_blocked is { } blocked)
            throw new ScriptException(blocked.Event.Line, $"{blocked.Event.Name} hasn't returned at the end");
        if (Host.TryTakeSent(out SentPacket left) && WireSegment.Read(left.Bytes, Fail) is { } extra)
            throw Fail($"then the host sent {_check.Describe(extra)} at {Seconds(left.Time)}, which the script doesn't mention");
    }

    private void Do(ScriptEvent e, long origin)
    {
        switch (e)
        {
            case PacketEvent received:
                Host.Deliver(Build(received.Packet));
                break;
            case CallEvent call:
                Call(call, origin);
                break;
            case CommandEvent command:
                Run(command.Command);
                break;
            case CodeEvent code:
                Code.Run(code.Code, _calls.GetInfo(Fail), Fail);
                break;
        }
    }

    private void Call(CallEvent e, long origin)
    {
        if (_blocked is { } busy)
            throw Fail($"{busy.Event.Name} of line {busy.Event.Line} hasn't returned yet");
        (SystemCall call, Action<long> complete) = _calls.Begin(e, Fail);
        if (e.Time.Return is { } returns)
        {
            _blocked = (call, complete, e, origin + returns);
            RetryBlocked();
            return;
        }
        if (!call.IsComplete)
            throw Fail($"{e.Name} blocks");
        Check(call, complete, e);
    }

    /// <summary>Called whenever something has happened on the host.</summary>
    private void RetryBlocked()
    {
        if (_blocked is not { } blocked)
            return;
        blocked.Call.Retry();
        if (!blocked.Call.IsComplete)
            return;
        _blocked = null;
        ScriptEvent current = _event;
        _event = blocked.Event;
        Check(blocked.Call, blocked.Complete, blocked.Event);
        if (Math.Abs(blocked.Call.CompletedAt - blocked.ReturnsAt) > _tolerance)
            throw Fail($"{blocked.Event.Name} returned at {Seconds(blocked.Call.CompletedAt)}, not at {Seconds(blocked.ReturnsAt)}");
        _event = current;
    }

    private void Check(SystemCall call, Action<long> complete, CallEvent e)
    {
        string error = call.Result < 0 ? ErrnoNames.Find((int)-call.Result) : "";
        bool isDescriptor = e.Name is "socket" or "accept" && e.Result >= 0;
        if (isDescriptor ? call.Result < 0 : (call.Result < 0 ? -1 : call.Result) != e.Result)
            throw Fail($"{e.Name} returned {(call.Result < 0 ? $"-1 {error}" : call.Result)}");
        if (e.Error is not null && e.Error != error)
            throw Fail($"{e.Name} failed with {error}");
        complete(call.Result);
    }

    private void Run(string command)
    {
        string[] words = command.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        // So that time passes and nothing else.
        if (words is ["true"])
            return;
        if (words is not ["sysctl", ..])
            throw Fail($"{command}: there are sysctl and true");
        foreach (string word in words[1..].Where(w => w[0] != '-'))
        {
            if (_kernel.Settings.Apply(word) is { } problem)
                throw Fail(problem);
        }
    }

    private byte[] Build(ScriptPacket packet)
    {
        switch (packet)
        {
            case ScriptDatagram datagram:
                return _builder.Build(datagram, _connection.LocalPort, _connection.RemotePort);
            case ScriptIcmp icmp:
                return _builder.Build(icmp, _connection.ToReal(icmp.Sequence), _connection.LocalPort, _connection.RemotePort);
            default:
                ScriptSegment segment = (ScriptSegment)packet;
                const int syn = 2, ack = 0x10;
                bool isSyn = (segment.Flags & syn) != 0;
                if (isSyn)
                    _connection.LearnRemote(segment.Sequence);
                long position = (int)(segment.Sequence + (isSyn ? 1u : 0) - _connection.RemoteStart);
                return _builder.Build(new WireSegment(
                    segment.Ecn ?? 0, segment.Flags, segment.Sequence, (segment.Flags & ack) != 0 ? _connection.ToReal(segment.Acknowledgment) : 0, segment.Window ?? 0,
                    segment.Urgent, _connection.ToReal(segment, Fail), Payload.Create(position, segment.Length), _connection.LocalPort, _connection.RemotePort));
        }
    }

    private void Expect(ScriptPacket packet, EventTime time, long origin)
    {
        if (packet is not ScriptSegment expected)
            throw Fail("only TCP's segments can be expected");
        WireSegment actual = Next(out long sentAt);
        // As packetdrill does: a long segment may come in several.
        while (actual.Data.Length < expected.Length)
            actual = SegmentCheck.Join(actual, Next(out sentAt), Fail);
        _check.Verify(expected, actual);
        if (time.Kind != TimeKind.Any && (sentAt < origin + time.Start - _tolerance || sentAt > origin + time.End + _tolerance))
            throw Fail($"the host sent it at {Seconds(sentAt)}, not at {Seconds(origin + time.Start)}{(time.End > time.Start ? $" to {Seconds(origin + time.End)}" : "")}");
    }

    private WireSegment Next(out long sentAt)
    {
        while (Host.RunUntilSent(Host.Now + LongestWait, out SentPacket packet))
        {
            sentAt = packet.Time;
            if (WireSegment.Read(packet.Bytes, Fail) is not { } segment)
                continue;
            _connection.LocalPort = segment.LocalPort;
            return segment;
        }
        throw Fail("the host never sent it");
    }

    private ScriptException Fail(string message) => new(_event.Line, message);

    private static string Seconds(long microseconds) => (microseconds / 1e6).ToString("0.000000", CultureInfo.InvariantCulture);

    private long Option(string name, long otherwise) =>
        _script.Options.TryGetValue(name, out string? text) ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}

using Microsoft.Extensions.Logging;

[assembly: IoPkt.ProtocolModule(typeof(IoPkt.Samples.Echo.EchoModule))]

namespace IoPkt.Samples.Echo;

/// <summary>
/// The smallest protocol that is of use: an echo right above Ethernet, as <c>ping</c> is above IP, for trying a link without addresses. It answers each frame of its EtherType
/// with the same payload, and with <c>to=</c> it asks a station once a second and logs how long the answer took.
/// </summary>
/// <remarks>
/// <c>-p echo if=tap0</c> answers; <c>mount -T io-pkt -o if=tap0,to=02:00:00:00:00:01 lsm-echo.so</c> asks, too. A payload is an octet, 0 for a request and 1 for an answer, and then
/// what the asker chose. The EtherType is 0x88b5, which IEEE 802 sets aside for experiments.
/// </remarks>
public sealed class EchoModule : IProtocolModule
{
    public IReadOnlyList<ModuleOption> Options { get; } =
    [
        new("if", "INTERFACE", "en0 by default"),
        new("to", "ADDRESS", "ask this station once a second"),
    ];

    public IProtocol Create(ProtocolContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        string name = context.Options.GetString("if") ?? "en0";
        MacAddress? peer = null;
        if (context.Options.GetString("to") is { } text)
            peer = MacAddress.TryParse(text, out MacAddress parsed) && !parsed.IsZero ? parsed : throw new ModuleException($"option to={text}: an Ethernet address is needed: 02:00:00:00:00:01");
        return new EchoProtocol(context.Stack, context.Logger, name, peer);
    }
}

/// <summary>All of it runs in the stack context.</summary>
internal sealed partial class EchoProtocol(IProtocolStack stack, ILogger logger, string name, MacAddress? peer) : IProtocol
{
    private const int EtherType = 0x88b5;
    private const byte Request = 0, Answer = 1;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private IProtocolInterface _interface = null!;
    private IProtocolTimer _timer = null!;
    private TimeSpan _asked;

    public void Start()
    {
        _interface = stack.Find(name) ?? throw new ModuleException($"option if={name}: there is no such Ethernet interface");
        _interface.Listen(EtherType, Receive);
        _timer = stack.CreateTimer(Ask);
        if (peer is not null)
            _timer.Arm(TimeSpan.Zero);
    }

    /// <summary>Listeners and timers are the stack's, which takes them back itself.</summary>
    public void Stop()
    {
    }

    private void Ask()
    {
        _timer.Arm(s_interval);
        _asked = stack.Now;
        // Without memory there's no question this time.
        if (stack.Pool.GetCopy([Request, .. "is anybody there?"u8]) is { } payload)
            _interface.Send(payload, peer!.Value, EtherType);
    }

    private FrameVerdict Receive(Mbuf payload, in FrameAddresses addresses)
    {
        byte[] bytes = new byte[payload.Packet.Length];
        payload.CopyTo(0, bytes);
        payload.Free();
        if (bytes is [Request, ..])
        {
            bytes[0] = Answer;
            if (stack.Pool.GetCopy(bytes) is { } answer)
                _interface.Send(answer, addresses.Source, EtherType);
        }
        else if (bytes is [Answer, ..] && addresses.Source == peer)
        {
            LogAnswer(addresses.Source, (stack.Now - _asked).TotalMilliseconds);
        }
        return FrameVerdict.Taken;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Station} answers after {Milliseconds} ms")]
    private partial void LogAnswer(MacAddress station, double milliseconds);
}

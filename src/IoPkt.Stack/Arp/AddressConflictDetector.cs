using Microsoft.Extensions.Logging;

namespace IoPkt.Stack;

/// <summary>
/// RFC 5227 for one address of an interface: asks whether somebody has it, announces it, and defends it.
/// </summary>
/// <remarks>
/// Section 2.1 would have a host wait some six seconds before it uses an address. Someone who types an address expects it to work, and a stack that starts for one
/// connection can't wait; so the address is used at once while the probes are out, as RFC 4429 (optimistic duplicate detection) does for IPv6. What could harm the
/// address's rightful owner waits: nothing is announced before the probes are over. <see cref="AddressState"/> says how far it has come. Software that
/// chooses an address itself (RFC 3927) must probe before it configures it, and does so with packets of its own.
/// </remarks>
internal sealed partial class AddressConflictDetector
{
    // RFC 5227, section 1.1, in microseconds.
    private const long Second = 1_000_000;
    private const long ProbeWait = 1 * Second;
    private const int ProbeCount = 3;
    private const long ProbeMinimum = 1 * Second;
    private const long ProbeMaximum = 2 * Second;
    private const long AnnounceWait = 2 * Second;
    private const int AnnounceCount = 2;
    private const long AnnounceInterval = 2 * Second;
    private const long DefendInterval = 10 * Second;

    private readonly ArpProtocol _arp;
    private readonly NetworkStack _stack;
    private readonly NetworkInterface _interface;
    private readonly InterfaceAddress _address;
    private readonly StackTimer _timer;
    private int _probes;
    private int _announcements;
    private long _lastConflict;

    public AddressConflictDetector(ArpProtocol arp, NetworkStack stack, NetworkInterface owner, InterfaceAddress address)
    {
        _arp = arp;
        _stack = stack;
        _interface = owner;
        _address = address;
        _timer = new StackTimer(stack.Timers, Step);
    }

    public AddressState State { get; private set; } = AddressState.Tentative;

    public bool IsProbing => State == AddressState.Tentative;

    /// <summary>"wait for a random time interval … in the range zero to PROBE_WAIT seconds" (section 2.1.1).</summary>
    public void Start()
    {
        if (!_address.IsProbed)
        {
            _timer.ArmAfter(_stack.Random.NextInt64(ProbeWait));
            return;
        }
        _probes = ProbeCount;
        Step();
    }

    public void Stop() => _timer.Cancel();

    /// <summary>Another station sent a packet that shows it uses, or wants, the address.</summary>
    public void Conflict(MacAddress other)
    {
        if (State == AddressState.Duplicated)
            return;
        if (State == AddressState.Tentative)
        {
            // Section 2.1.1: the probing host must not use it; it has been configured by hand, so a person has to decide.
            State = AddressState.Duplicated;
            _timer.Cancel();
            LogDuplicate(_stack.Logger, _interface.Name, _address.Address, other);
            return;
        }
        // Section 2.4 (c): an address set by hand is never given up, and is defended at most once in DEFEND_INTERVAL, so that two such hosts don't flood the link.
        bool defend = _lastConflict == 0 || _stack.Clock.Now - _lastConflict >= DefendInterval;
        if (!defend)
            return;
        _lastConflict = _stack.Clock.Now;
        LogConflict(_stack.Logger, _interface.Name, _address.Address, other);
        _arp.SendAnnouncement(_address.Address);
    }

    private void Step()
    {
        if (_probes < ProbeCount)
        {
            _probes++;
            _arp.SendProbe(_address.Address);
            _timer.ArmAfter(_probes < ProbeCount ? _stack.Random.NextInt64(ProbeMinimum, ProbeMaximum + 1) : AnnounceWait);
            return;
        }
        State = AddressState.Valid;
        _announcements++;
        _arp.SendAnnouncement(_address.Address);
        if (_announcements < AnnounceCount)
            _timer.ArmAfter(AnnounceInterval);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Interface}: address {Address} is already used by {Other}; it is not answered for until it is configured anew")]
    private static partial void LogDuplicate(ILogger logger, string @interface, InetAddress address, MacAddress other);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "{Interface}: {Other} claims our address {Address}; defended")]
    private static partial void LogConflict(ILogger logger, string @interface, InetAddress address, MacAddress other);
}

using System.Net;
using Microsoft.Extensions.Logging;

namespace IoPkt.Protocols.AutoIp;

/// <summary>
/// RFC 3927 for one interface: choose an address, ask whether somebody has it, take it, and watch over it. The stack announces it, answers for it, and challenges
/// others who claim it, as it does for all its addresses; what's here is when to take one, and when to give it up.
/// </summary>
internal sealed partial class AutoIp : IProtocol
{
    // RFC 3927, section 9. PROBE_WAIT, PROBE_MIN and PROBE_MAX follow the option delay=, whose default gives the RFC's own.
    private const int ProbeCount = 3;
    private static readonly TimeSpan s_announceWait = TimeSpan.FromSeconds(2);
    private const int MaximumConflicts = 10;
    private static readonly TimeSpan s_rateLimitInterval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_defendInterval = TimeSpan.FromSeconds(10);

    private readonly IProtocolStack _stack;
    private readonly AutoIpOptions _options;
    private readonly ILogger _logger;
    private readonly IProtocolTimer _timer;
    private IProtocolInterface? _interface;
    private IDisposable? _listener;
    private IEnumerator<IPAddress>? _candidates;
    private IPAddress _candidate = IPAddress.Any;
    private State _state;
    private int _probes;
    private int _conflicts;
    private TimeSpan _claimed;
    private TimeSpan? _lastConflict;

    public AutoIp(IProtocolStack stack, AutoIpOptions options, ILogger logger)
    {
        _stack = stack;
        _options = options;
        _logger = logger;
        _timer = stack.CreateTimer(Step);
    }

    private enum State
    {
        /// <summary>For an interface, or for one to go up.</summary>
        Waiting,
        /// <summary>The interface has a routable address and needs no other: see the option old.</summary>
        Routed,
        /// <summary>The interface has a link-local address that isn't ours: given by hand, or by another of us.</summary>
        Served,
        Probing,
        Claimed,
    }

    public void Start()
    {
        IProtocolInterface found = _stack.Find(_options.Interface)
            ?? throw new ModuleException($"option if={_options.Interface}: there is no such Ethernet interface; there {Describe(_stack.Interfaces)}");
        _stack.InterfaceChanged = Changed;
        if (_options is { Force: true, Old: false })
            LogForceAlone();
        Attach(found);
    }

    public void Stop() => Leave();

    private void Attach(IProtocolInterface attached)
    {
        _interface = attached;
        _listener = attached.Listen(ArpMessage.EtherType, Listen);
        _candidates = LinkLocalNetwork.Candidates(attached.LinkAddress).GetEnumerator();
        _candidate = _options.Preferred ?? Next();
        if (attached.IsUp)
            Begin();
        else
            attached.RequestUp();
    }

    private void Changed(IProtocolInterface changed, InterfaceChange change)
    {
        // One that comes back after it was destroyed is the same to a person.
        if (_interface is null && change == InterfaceChange.Added && _stack.Find(_options.Interface) == changed)
            Attach(changed);
        if (changed != _interface)
            return;
        switch (change)
        {
            // RFC 3927, section 2.2: "when … a network interface transitions from an inactive to an active state", the host asks anew, first for the address that it had.
            case InterfaceChange.Up:
                Begin();
                break;
            case InterfaceChange.Down:
                Leave();
                break;
            case InterfaceChange.Removed:
                Leave();
                _listener?.Dispose();
                _listener = null;
                _interface = null;
                break;
            case InterfaceChange.Addresses:
                AddressesChanged();
                break;
        }
    }

    private void Begin()
    {
        _lastConflict = null;
        if (NeedsNoAddress)
        {
            _state = State.Routed;
            _interface!.AddRoute(LinkLocalNetwork.Network, LinkLocalNetwork.PrefixLength);
            LogRouted(_interface.Name);
            return;
        }
        if (IsServed())
            return;
        _state = State.Probing;
        _probes = 0;
        // Section 2.2.1: "wait for a random time interval selected uniformly in the range zero to PROBE_WAIT seconds". Section 2.2.1, too: after MAX_CONFLICTS, no faster than one attempt in RATE_LIMIT_INTERVAL.
        TimeSpan wait = _stack.Random.NextDouble() * (_options.Delay / 2);
        if (_conflicts >= MaximumConflicts)
        {
            wait += s_rateLimitInterval;
            LogRateLimited(_interface!.Name, _conflicts, (int)s_rateLimitInterval.TotalSeconds);
        }
        _timer.Arm(wait);
        if (_options.Debug)
            LogProbing(_interface!.Name, _candidate);
    }

    private void Leave()
    {
        _timer.Cancel();
        State left = _state;
        _state = State.Waiting;
        if (left == State.Claimed)
            _interface!.RemoveAddress(_candidate);
        else if (left == State.Routed)
            _interface!.RemoveRoute(LinkLocalNetwork.Network, LinkLocalNetwork.PrefixLength);
    }

    /// <summary>The timer: the next probe, or nobody has objected.</summary>
    private void Step()
    {
        if (_probes == ProbeCount)
        {
            Claim();
            return;
        }
        _probes++;
        SendProbe();
        // "each of these probe packets spaced randomly, PROBE_MIN to PROBE_MAX seconds apart"; after the last one, ANNOUNCE_WAIT.
        _timer.Arm(_probes == ProbeCount ? s_announceWait : _options.Delay * (0.5 + _stack.Random.NextDouble() / 2));
    }

    private void SendProbe()
    {
        if (_options.Debug)
            LogProbe(_interface!.Name, _probes, _candidate);
        Span<byte> probe = stackalloc byte[ArpMessage.Length];
        ArpMessage.WriteProbe(probe, _interface!.LinkAddress, _candidate);
        // Without memory it's a probe lost, as any may be.
        if (_stack.Pool.GetCopy(probe) is { } packet)
            _interface.Send(packet, MacAddress.Broadcast, ArpMessage.EtherType);
    }

    private void Claim()
    {
        if (IsServed())
            return;
        _state = State.Claimed;
        _claimed = _stack.Now;
        _interface!.AddAddress(_candidate, LinkLocalNetwork.PrefixLength, isProbed: true);
        LogClaimed(_interface.Name, _candidate);
    }

    private FrameVerdict Listen(Mbuf payload, in FrameAddresses addresses)
    {
        Span<byte> bytes = stackalloc byte[ArpMessage.Length];
        if (payload.Packet.Length >= ArpMessage.Length)
        {
            payload.CopyTo(0, bytes);
            if (ArpMessage.TryRead(bytes, out ArpMessage message) && message.SenderLink != _interface!.LinkAddress)
                Receive(message);
        }
        return FrameVerdict.Pass;
    }

    private void Receive(in ArpMessage message)
    {
        bool claimsOurs = message.Sender.Equals(_candidate);
        // Section 2.2.1: "any ARP packet … where the packet's 'sender IP address' is the address being probed for", and a probe by somebody else for the same.
        if (_state == State.Probing && (claimsOurs || (message.IsProbe && message.Target.Equals(_candidate))))
            Conflict(message.SenderLink);
        else if (_state == State.Claimed && claimsOurs)
            Defend(message.SenderLink);
    }

    /// <summary>Section 2.5: (a) give up at once, or (b) defend once, by the announcement that the stack sends; a second conflict within DEFEND_INTERVAL is the end in any case.</summary>
    private void Defend(MacAddress other)
    {
        bool isRepeated = _lastConflict is { } last && _stack.Now - last < s_defendInterval;
        if (!_options.Abandon && !isRepeated)
        {
            _lastConflict = _stack.Now;
            if (_options.Debug)
                LogDefended(_interface!.Name, _candidate, other);
            return;
        }
        // An address that was good for long tells that the link isn't one where every choice meets a conflict.
        if (_stack.Now - _claimed >= s_rateLimitInterval)
            _conflicts = 0;
        Conflict(other);
    }

    private void Conflict(MacAddress other)
    {
        LogConflict(_interface!.Name, _candidate, other);
        Leave();
        _conflicts++;
        _candidate = Next();
        Begin();
    }

    private void AddressesChanged()
    {
        if (_state == State.Claimed && !_interface!.Addresses.Any(a => a.Address.Equals(_candidate)))
        {
            // Somebody else has taken it away: "ifconfig en0 delete" takes whichever is first.
            _state = State.Waiting;
            Begin();
        }
        else if (_state == State.Served)
        {
            Begin();
        }
        else if (_state == State.Routed ? !NeedsNoAddress : _state is State.Claimed or State.Probing && NeedsNoAddress)
        {
            Leave();
            Begin();
        }
    }

    /// <summary>One link-local address is enough for an interface; two of us would take it from each other. Asked while we have none.</summary>
    private bool IsServed()
    {
        if (_interface!.Addresses.FirstOrDefault(a => LinkLocalNetwork.Contains(a.Address)) is not { } there)
            return false;
        if (_state != State.Served)
            LogServed(_interface.Name, there.Address);
        _state = State.Served;
        return true;
    }

    /// <summary>Section 1.9: "a host SHOULD NOT have both an operable routable address and an IPv4 Link-Local address configured on the same interface".</summary>
    private bool NeedsNoAddress => _options is { Old: true, Force: false } && _interface!.Addresses.Any(a => !LinkLocalNetwork.Contains(a.Address));

    private IPAddress Next()
    {
        _candidates!.MoveNext();
        return _candidates.Current;
    }

    private static string Describe(IReadOnlyList<IProtocolInterface> interfaces) =>
        interfaces.Count switch { 0 => "are none", 1 => "is ", _ => "are " } + string.Join(", ", interfaces.Select(i => i.Name));

    [LoggerMessage(Level = LogLevel.Warning, Message = "option force changes nothing without old: an address is taken in any case")]
    private partial void LogForceAlone();

    [LoggerMessage(Level = LogLevel.Information, Message = "{Interface}: {Address} is ours")]
    private partial void LogClaimed(string @interface, IPAddress address);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Interface} has a routable address: the link-local network is reached by a route")]
    private partial void LogRouted(string @interface);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Interface} has {Address} already; it's given no other while it has")]
    private partial void LogServed(string @interface, IPAddress address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Interface}: {Other} has {Address}, another is tried")]
    private partial void LogConflict(string @interface, IPAddress address, MacAddress other);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Interface}: {Count} conflicts, the next attempt waits {Seconds} s")]
    private partial void LogRateLimited(string @interface, int count, int seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Interface}: trying {Address}")]
    private partial void LogProbing(string @interface, IPAddress address);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Interface}: probe {Number} for {Address}")]
    private partial void LogProbe(string @interface, int number, IPAddress address);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Interface}: {Other} claims {Address}, which is defended")]
    private partial void LogDefended(string @interface, IPAddress address, MacAddress other);
}

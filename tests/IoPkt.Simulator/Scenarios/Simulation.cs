using System.Diagnostics.CodeAnalysis;

namespace IoPkt.Simulator;

/// <summary>
/// Two stacks, or one and a crude peer, the link between them, and their users, driven from one event to the next. The same scenario gives the same run, to the byte, whether it's
/// traced or not.
/// </summary>
internal sealed class Simulation : ISocketOwner
{
    private const long Second = 1_000_000;
    private const ushort ListeningPort = 80;
    private const ushort ClosedPort = 81;

    /// <summary>The port that <see cref="Scenario.ReusesPort"/> means, and the first of those of simultaneous opens, at both ends.</summary>
    private const ushort BoundPort = 1000;

    private const int FastOpenQueue = 5;
    private const int MostStepsAtOnce = 10_000;
    private const long MostPackets = 1_000_000;

    private readonly Scenario _scenario;
    private readonly VirtualTime _time = new();
    private readonly SimulatedHost[] _hosts;
    private readonly CrudePeer? _peer;
    private readonly List<Application>[] _applications = [[], []];
    private readonly Dictionary<InetEndpoint, int> _connectionByClient = [];
    private readonly SimulatedHost _listening;
    private readonly TcpSocket _listener;
    private readonly Outcome _outcome;
    private readonly long _stallLimit;
    private int _started;
    private long _nextStart;
    private bool _acceptable;
    private int _stepsAtOnce;

    public Simulation(Scenario scenario, MbufPool poolA, MbufPool poolB, PacketTrace? trace = null)
    {
        _scenario = scenario;
        Random = new Random(scenario.Seed ^ 0x5eed);
        Trace = trace;
        Link = new SimulatedLink(_time, Random, scenario.Links) { Trace = Trace, Witness = new Witness(_time, scenario.Mtus, [true, scenario.Peer is null], scenario.PoolBytes > 0 || scenario.Peer is { Reneging: > 0 } or { PartialAcks: > 0 }, scenario.DropsInside) };
        _hosts = new SimulatedHost[scenario.Peer is null ? 2 : 1];
        for (int end = 0; end < _hosts.Length; end++)
        {
            _hosts[end] = new SimulatedHost(_time, Link, end, end == 0 ? poolA : poolB, scenario.Seed * 2 + end, scenario.Mtus[end], scenario.Offloads)
            {
                UsesFastOpen = scenario.Features[end].FastOpen,
                Witness = Link.Witness,
            };
            Link.Attach(end, _hosts[end]);
            Apply(scenario.Features[end], _hosts[end].Settings);
        }
        if (scenario.Peer is { } plan)
        {
            _peer = new CrudePeer(this, plan, scenario.Connections[0].Client.BytesToSend, scenario.Connections[0].Client.IsRude, 1, 0);
            Link.Attach(1, _peer);
        }
        _outcome = new Outcome(this, scenario);
        _stallLimit = Outcome.StallLimit(scenario);
        _listening = _hosts[^1];
        _listener = _listening.Stack.Tcp.CreateSocket(AddressFamily.Inet);
        _listener.Owner = this;
        _listener.FastOpenQueue = scenario.Features[_listening.End].FastOpen ? FastOpenQueue : 0;
        _listener.DeferAccept = TimeSpan.FromMicroseconds(scenario.DeferAccept);
        if (_listener.Bind(new InetEndpoint(InetAddress.AnyIpv4, ListeningPort)) != Errno.None || _listener.Listen(scenario.Backlog) != Errno.None)
            Fail("the listener can't listen");
    }

    public Random Random { get; }

    public PacketTrace? Trace { get; }

    public SimulatedLink Link { get; }

    public IReadOnlyList<SimulatedHost> Hosts => _hosts;

    public long Now => _time.Now;

    public string? Failure { get; private set; }

    /// <summary>How the users' connections ended.</summary>
    public IEnumerable<string> Endings => _applications.SelectMany(a => a).Select(a =>
        a.Excuse ?? (a.Error != Errno.None ? a.Error.ToString() : a.IsComplete ? "complete" : "left before the end"));

    /// <summary>The users that haven't left yet.</summary>
    private IEnumerable<string> Waiting => _applications.SelectMany(a => a).Where(a => !a.IsClosed).Select(a => $"{a.Name} in {a.Socket?.State}");

    public void Fail(string reason) => Failure ??= reason;

    public void OnSocketEvent(InetSocket socket, SocketEvents events) => _acceptable = true;

    /// <returns>Whether everything went as it must.</returns>
    public bool Run()
    {
        while (Failure is null && Step())
        {
            if (IsStalled(out IUser? stalled) && !ForsakeWaiting())
                Fail($"{stalled.Name} stalls at {stalled.Received} received, {stalled.Sent} sent");
        }
        if (Failure is null)
            _outcome.Check(_applications[0], _applications[1], _peer);
        if (Failure is null)
            Finish();
        Link.Clear();
        return Failure is null;
    }

    private static void Apply(HostFeatures features, TcpSettings settings)
    {
        settings.SynCookies = features.SynCookies ? SynCookieUse.WhenQueueIsFull : SynCookieUse.Never;
        settings.Sack = features.Sack;
        settings.Timestamps = features.Timestamps;
        settings.WindowScaling = features.WindowScaling;
        settings.Ecn = features.Ecn ? EcnMode.On : EcnMode.Passive;
        settings.SendBufferAutotuning = settings.ReceiveBufferAutotuning = features.BufferAutotuning;
    }

    private bool Step()
    {
        long next = NextEvent;
        // A user that leaves as it likes may leave the peer with half a handshake.
        bool isDone = _peer?.IsClosed != false || (_scenario.Connections[0].Client.IsRude && _applications[0].Count > 0);
        foreach (List<Application> applications in _applications)
        {
            foreach (Application application in applications)
            {
                next = Math.Min(next, application.NextAlarm);
                isDone &= application.IsClosed;
            }
        }
        if (_started < _scenario.Connections.Length)
        {
            if (isDone || !_scenario.IsSequential)
                next = Math.Min(next, Math.Max(Now, _nextStart));
        }
        else if (isDone)
        {
            return false;
        }
        if (next == long.MaxValue)
        {
            if (ForsakeWaiting())
                return true;
            Fail($"nothing will ever happen again, and {string.Join(", ", Waiting)} {(_peer is { IsClosed: false } ? "and the peer " : "")}wait");
            return false;
        }
        RunAt(next);
        return true;
    }

    private long NextEvent
    {
        get
        {
            long next = Math.Min(Link.NextDelivery, _peer?.NextAlarm ?? long.MaxValue);
            foreach (SimulatedHost host in _hosts)
                next = Math.Min(next, host.NextDeadline);
            return next;
        }
    }

    private void RunAt(long time)
    {
        _stepsAtOnce = time > Now ? 0 : _stepsAtOnce + 1;
        if (_stepsAtOnce > MostStepsAtOnce)
            Fail("time stands still");
        if (Link.PacketsSent > MostPackets)
            Fail($"{Link.PacketsSent} packets for {_scenario.TotalBytes} bytes: a storm");
        _time.MoveTo(time);
        for (int end = 0; end < _hosts.Length; end++)
            RunHost(end);
        if (_peer is null)
            return;
        Link.Deliver(1);
        _peer.Act();
    }

    private void RunHost(int end)
    {
        NetworkStack stack = _hosts[end].Stack;
        stack.Begin();
        Link.Deliver(end);
        if (end == 0)
            StartConnections();
        if (_acceptable && end == _listening.End)
            Accept();
        foreach (Application application in _applications[end])
            application.Act();
        stack.End();
        foreach (Application application in _applications[end])
            application.Check();
        if (Link.Witness?.Complaint is { } complaint)
            Fail(complaint);
    }

    private void StartConnections()
    {
        while (_started < _scenario.Connections.Length && _nextStart <= Now)
        {
            if (_scenario.IsSequential && !_applications.All(a => a.TrueForAll(b => b.IsClosed)))
                return;
            if (!Start(_started))
            {
                // The port is in TIME-WAIT, and not yet to be used again.
                _nextStart = Now + Second;
                return;
            }
            _started++;
            _nextStart = _scenario.IsSequential ? Now + _scenario.Spacing : _started * _scenario.Spacing;
        }
    }

    private bool Start(int number)
    {
        if (_scenario.Peer?.Connects == true)
            return true;
        ConnectionPlan plan = _scenario.Connections[number];
        Application client = new(this, _hosts[0], plan.Client, (uint)(2 * number), (uint)(2 * number + 1), $"client {number}");
        ushort port = (ushort)(BoundPort + number), peerPort = (ushort)(port + BoundPort);
        switch (plan.Opening)
        {
            case Opening.Refused:
                client.Connect(new InetEndpoint(_hosts[1].Address, ClosedPort));
                break;
            case Opening.Simultaneous:
                client.Connect(new InetEndpoint(_hosts[1].Address, peerPort), port);
                Application server = NewServer(number, client);
                _hosts[1].Stack.Begin();
                server.Connect(new InetEndpoint(_hosts[0].Address, port), peerPort);
                _hosts[1].Stack.End();
                break;
            default:
                if (!client.Connect(new InetEndpoint(InetAddress.FromIpv4(SimulatedHost.FirstAddress + 1), ListeningPort), _scenario.ReusesPort ? BoundPort : (ushort)0))
                    return false;
                _connectionByClient[client.Socket!.LocalEndpoint] = number;
                client.Peer = _peer;
                break;
        }
        _applications[0].Add(client);
        return true;
    }

    private Application NewServer(int number, Application client)
    {
        Application server = new(this, _hosts[1], _scenario.Connections[number].Server, (uint)(2 * number + 1), (uint)(2 * number), $"server {number}");
        _applications[1].Add(server);
        server.Peer = client;
        client.Peer = server;
        return server;
    }

    private void Accept()
    {
        _acceptable = false;
        while (_listener.Accept() is { } accepted)
        {
            if (_peer is not null)
            {
                Application application = new(this, _hosts[0], _scenario.Connections[0].Client, 0, 1, "client 0") { Peer = _peer };
                _applications[0].Add(application);
                application.Attach(accepted);
                continue;
            }
            int number = _connectionByClient[accepted.RemoteEndpoint];
            if (_applications[1].Exists(s => s.Name == $"server {number}"))
            {
                RefuseReplay(number, accepted);
                continue;
            }
            NewServer(number, _applications[0].Find(a => a.Name == $"client {number}")!).Attach(accepted);
        }
    }

    /// <summary>
    /// A stack that keeps nothing can't tell an old segment that brings a cookie again from the first one (RFC 4987, section 3.6), nor an old SYN with data (RFC 7413, section 2.1). The peer's reset ends it.
    /// </summary>
    private void RefuseReplay(int number, TcpSocket accepted)
    {
        TcpCounters counters = _listening.Stack.Tcp.Counters;
        if (counters.SynCookiesAccepted.Value + counters.FastOpenPassive.Value == 0)
            Fail($"connection {number} was accepted twice");
        Flow? flow = Link.Witness!.Find(_listening.End, accepted.LocalEndpoint.Port, accepted.RemoteEndpoint.Port);
        flow?.Close();
        flow?.Opposite.Close();
        accepted.Abort();
    }

    private bool IsStalled([NotNullWhen(true)] out IUser? stalled)
    {
        // What was impaired may be waited for long; while nothing was, nothing is.
        long limit = Link.Impaired == 0 ? Math.Min(_stallLimit, Outcome.UnimpairedStallLimit(_scenario)) : _stallLimit;
        stalled = null;
        if (_peer is { IsClosed: false } && Now - Math.Max(_peer.LastProgress, _applications[0].Select(a => a.LastProgress).FirstOrDefault()) > limit)
            stalled = _peer;
        foreach (List<Application> applications in _applications)
        {
            foreach (Application application in applications)
            {
                if (application.IsClosed)
                    continue;
                // One end's progress is the other's: it may only be waiting.
                if (Now - Math.Max(application.LastProgress, application.Peer?.LastProgress ?? 0) > limit)
                    stalled = application;
            }
        }
        return stalled is not null;
    }

    /// <summary>
    /// A peer that has given up is silent. Who then has nothing to send and doesn't probe will never know (RFC 9293, section 3.5.1, half-open connections): no TCP can do better, so the user ends it.
    /// </summary>
    /// <returns>Whether there was any.</returns>
    private bool ForsakeWaiting()
    {
        bool any = false;
        for (int end = 0; end < _hosts.Length; end++)
        {
            foreach (Application waiting in _applications[end])
            {
                if (!waiting.OnlyWaits || _peer is not null || HasConnection(_hosts[1 - end], waiting.Socket!))
                    continue;
                Application? peer = waiting.Peer as Application;
                if ((GivingUp.OfEnd(waiting.Flow?.Opposite, peer, _hosts[1 - end]) ?? GivingUp.OfRefused(peer, _hosts[end])) is not { } excuse)
                    continue;
                _hosts[end].Stack.Begin();
                waiting.Forsake($"the peer had {excuse}");
                _hosts[end].Stack.End();
                any = true;
            }
        }
        if (_peer is { OnlyWaits: true } && _hosts[0].Stack.Tcp.Connections.Count == 0)
        {
            Application? user = _applications[0].FirstOrDefault();
            if (GivingUp.OfEnd(user is null ? Link.Witness?.Find(0, ListeningPort, CrudePeer.Port) : user.Flow, user, _hosts[0]) is not null)
            {
                _peer.Forsake();
                any = true;
            }
        }
        return any;
    }

    private static bool HasConnection(SimulatedHost host, TcpSocket peer) => host.Stack.Tcp.Connections.Find(peer.RemoteEndpoint, peer.LocalEndpoint) is not null;

    /// <summary>Closes the listener, lets TIME-WAIT pass, and looks for what's left.</summary>
    private void Finish()
    {
        _listening.Stack.Begin();
        _listener.Close();
        _listening.Stack.End();
        // A user that left may have left much to a peer whose window is a byte.
        long limit = Now + 3000 * Second + (_peer is null ? 0 : _scenario.TotalBytes * Second);
        for (long next; Failure is null && (next = NextEvent) <= limit;)
            RunAt(next);
        foreach (SimulatedHost host in _hosts)
            _outcome.CheckNothingLeft(host);
    }
}

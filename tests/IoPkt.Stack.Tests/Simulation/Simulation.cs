using System.Diagnostics.CodeAnalysis;

namespace IoPkt.Stack.Tests.Simulation;

/// <summary>
/// Two stacks, the link between them, and their users, driven from one event to the next. The same scenario gives the same run, to the byte, whether it's
/// traced or not.
/// </summary>
internal sealed class Simulation : ISocketOwner
{
    private const long Second = 1_000_000;

    /// <summary>The greatest retransmission timeout is a minute; a few of them may be lost in a row.</summary>
    private const long StallLimit = 600 * Second;

    private readonly Scenario _scenario;
    private readonly VirtualTime _time = new();
    private readonly SimulatedHost[] _hosts = new SimulatedHost[2];
    private readonly List<Application>[] _applications = [[], []];
    private readonly Dictionary<InetEndpoint, int> _connectionByClient = [];
    private readonly TcpSocket _listener;
    private int _started;
    private bool _acceptable;

    public Simulation(Scenario scenario, MbufPool poolA, MbufPool poolB, bool trace = false)
    {
        _scenario = scenario;
        Random = new Random(scenario.Seed ^ 0x5eed);
        Trace = trace ? new PacketTrace() : null;
        Link = new SimulatedLink(_time, Random, scenario.Links) { Trace = Trace };
        for (int end = 0; end < 2; end++)
        {
            _hosts[end] = new SimulatedHost(_time, Link, end, end == 0 ? poolA : poolB, scenario.Seed * 2 + end, scenario.Mtus[end], scenario.Offloads);
            // Only one end decides what it offers; the other agrees to anything.
        }
        foreach (SimulatedHost host in _hosts)
        {
            host.Stack.Tcp.Settings.CongestionControl = scenario.CongestionControl;
            // The acknowledgement that completes a handshake isn't asked for again when there's only a cookie (RFC 4987, section 3.6): if it's lost, a client that waits for the
            // server to speak first waits for ever, and nothing here has keep-alives.
            host.Stack.Tcp.Settings.SynCookies = false;
        }
        _hosts[0].Stack.Tcp.Settings.Ecn = scenario.Ecn ? EcnMode.On : EcnMode.Passive;
        _hosts[0].Stack.Tcp.Settings.Sack = scenario.Sack;
        _hosts[0].Stack.Tcp.Settings.Timestamps = scenario.Timestamps;
        _hosts[0].Stack.Tcp.Settings.WindowScaling = scenario.WindowScaling;
        _listener = _hosts[1].Stack.Tcp.CreateSocket(AddressFamily.Inet);
        _listener.Owner = this;
        if (_listener.Bind(new InetEndpoint(InetAddress.AnyIpv4, 80)) != Errno.None || _listener.Listen(scenario.Backlog) != Errno.None)
            Fail("the listener can't listen");
    }

    public Random Random { get; }

    public PacketTrace? Trace { get; }

    public SimulatedLink Link { get; }

    public long Now => _time.Now;

    public string? Failure { get; private set; }

    public void Fail(string reason) => Failure ??= reason;

    public void OnSocketEvent(InetSocket socket, SocketEvents events) => _acceptable = true;

    /// <returns>Whether everything went as it must.</returns>
    public bool Run()
    {
        while (Failure is null && Step())
        {
            if (IsStalled(out Application? stalled))
                Fail($"{stalled.Name} stalls at {stalled.Received} received, {stalled.Sent} sent");
        }
        if (Failure is null)
            CheckOutcome();
        if (Failure is null)
            Finish();
        Link.Clear();
        return Failure is null;
    }

    private bool Step()
    {
        long next = Math.Min(Link.NextDelivery, Math.Min(_hosts[0].NextDeadline, _hosts[1].NextDeadline));
        bool done = _started == _scenario.Connections.Length && _acceptedAll();
        foreach (List<Application> applications in _applications)
        {
            foreach (Application application in applications)
            {
                next = Math.Min(next, application.NextAlarm);
                done &= application.IsClosed;
            }
        }
        if (_started < _scenario.Connections.Length)
            next = Math.Min(next, _started * _scenario.Spacing);
        if (done)
            return false;
        if (next == long.MaxValue)
        {
            Fail("nothing will ever happen again, and not all is done");
            return false;
        }
        _time.MoveTo(next);
        RunHost(0);
        RunHost(1);
        return true;

        bool _acceptedAll() => _applications[0].TrueForAll(a => a.IsClosed);
    }

    private void RunHost(int end)
    {
        NetworkStack stack = _hosts[end].Stack;
        stack.Begin();
        Link.Deliver(end);
        if (end == 0)
            StartConnections();
        else if (_acceptable)
            Accept();
        foreach (Application application in _applications[end])
            application.Act();
        stack.End();
    }

    private void StartConnections()
    {
        while (_started < _scenario.Connections.Length && _started * _scenario.Spacing <= Now)
        {
            int number = _started++;
            Application client = new(this, _hosts[0], _scenario.Connections[number].Client, (uint)(2 * number), (uint)(2 * number + 1), $"client {number}");
            _applications[0].Add(client);
            client.Connect(new InetEndpoint(_hosts[1].Address, 80));
            TcpSocket socket = _hosts[0].Stack.Tcp.Sockets.First();
            _connectionByClient[socket.LocalEndpoint] = number;
        }
    }

    private void Accept()
    {
        _acceptable = false;
        while (_listener.Accept() is { } accepted)
        {
            int number = _connectionByClient[accepted.RemoteEndpoint];
            Application server = new(this, _hosts[1], _scenario.Connections[number].Server, (uint)(2 * number + 1), (uint)(2 * number), $"server {number}");
            _applications[1].Add(server);
            server.Peer = _applications[0][number];
            server.Peer.Peer = server;
            server.Attach(accepted);
        }
    }

    private bool IsStalled([NotNullWhen(true)] out Application? stalled)
    {
        stalled = null;
        foreach (List<Application> applications in _applications)
        {
            foreach (Application application in applications)
            {
                if (application.IsClosed)
                    continue;
                // One end's progress is the other's: it may only be waiting.
                if (Now - Math.Max(application.LastProgress, application.Peer?.LastProgress ?? 0) > StallLimit)
                    stalled = application;
            }
        }
        return stalled is not null;
    }

    /// <summary>Bytes arrive exactly once and in order, or the connection fails with the right error.</summary>
    private void CheckOutcome()
    {
        for (int number = 0; number < _scenario.Connections.Length; number++)
        {
            Application client = _applications[0][number];
            Application? server = _applications[1].Find(a => a.Name == $"server {number}");
            bool rude = client.Plan.IsRude || server?.Plan.IsRude == true || server is null && _scenario.Connections[number].Server.IsRude;
            if (rude)
            {
                // A reset explains what is missing, and a write after it a broken pipe; nothing else may have happened.
                CheckError(client);
                if (server is not null)
                    CheckError(server);
                continue;
            }
            if (server is null)
                Fail($"connection {number} was never accepted");
            else
                CheckComplete(client, server);
        }
    }

    private void CheckError(Application application)
    {
        if (application.Error is not (Errno.None or Errno.ConnectionReset or Errno.ConnectionRefused))
            Fail($"{application.Name} failed with {application.Error}");
    }

    private void CheckComplete(Application client, Application server)
    {
        if (client.Error != Errno.None || server.Error != Errno.None)
            Fail($"{client.Name}: {client.Error}, {server.Name}: {server.Error}");
        else if (client.Received != server.Plan.BytesToSend || server.Received != client.Plan.BytesToSend)
            Fail($"{client.Name} received {client.Received} of {server.Plan.BytesToSend}, {server.Name} {server.Received} of {client.Plan.BytesToSend}");
        else if (!client.SawEnd || !server.SawEnd)
            Fail($"{client.Name} saw end: {client.SawEnd}, {server.Name}: {server.SawEnd}");
    }

    /// <summary>Closes the listener, lets TIME-WAIT pass, and looks for what's left.</summary>
    private void Finish()
    {
        _hosts[1].Stack.Begin();
        _listener.Close();
        _hosts[1].Stack.End();
        long limit = Now + 3000 * Second;
        while (Now < limit)
        {
            long next = Math.Min(Link.NextDelivery, Math.Min(_hosts[0].NextDeadline, _hosts[1].NextDeadline));
            if (next > limit)
                break;
            _time.MoveTo(next);
            RunHost(0);
            RunHost(1);
        }
        foreach (SimulatedHost host in _hosts)
        {
            if (host.Stack.Tcp.Sockets.FirstOrDefault() is { } left)
                Fail($"{host.Address} still has a socket in {left.State}");
            if (host.Stack.Tcp.Connections.Count != 0)
                Fail($"{host.Address} still has {host.Stack.Tcp.Connections.Count} connections");
            foreach (BufferStatistics kind in host.Pool.GetStatistics().Kinds)
            {
                if (kind.InUse != 0)
                    Fail($"{host.Address} still holds {kind.InUse} of {kind.Name}");
            }
        }
    }
}

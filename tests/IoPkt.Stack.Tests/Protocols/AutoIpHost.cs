using IoPkt.Protocols.AutoIp;
using IoPkt.Stack.Tests.Harness;

namespace IoPkt.Stack.Tests.Protocols;

/// <summary>A host that runs lsm-autoip on its first interface.</summary>
internal sealed class AutoIpHost
{
    private readonly ProtocolHost _view;
    private readonly IProtocol _protocol;

    public AutoIpHost(TestNetwork network, TestWire wire, string options = "", string? address = null)
        : this(network.AddHost(), wire, options, address)
    {
    }

    /// <summary>Another on the same interface.</summary>
    public AutoIpHost(AutoIpHost first, string options = "")
        : this(first.Host, null, options, null)
    {
    }

    private AutoIpHost(TestHost host, TestWire? wire, string options, string? address)
    {
        Host = host;
        Port = wire is null ? host.Ports[0] : host.Connect(wire, address);
        _view = new ProtocolHost(Host.Stack, new ProtocolHostServices(
            work => Host.Step(_ => work()),
            name => Host.Stack.Interfaces.SetUp(Host.Stack.Interfaces.All.Single(i => i.Name == name), true),
            failure => Failure = failure));
        _protocol = new AutoIpModule().Create(new ProtocolContext { Options = new ModuleOptions(options), Stack = _view, Logger = Log });
        Host.Step(_ => _protocol.Start());
    }

    public TestHost Host { get; }

    public TestPort Port { get; }

    public Exception? Failure { get; private set; }

    public LogLines Log { get; } = new();

    /// <summary>The link-local address, if it has one.</summary>
    public InetAddress? Address => Port.Interface.Addresses.Select(a => (InetAddress?)a.Address).FirstOrDefault(a => a!.Value.IsLinkLocalIpv4);

    public void Stop() => Host.Step(_ =>
    {
        _protocol.Stop();
        _view.Close();
    });
}

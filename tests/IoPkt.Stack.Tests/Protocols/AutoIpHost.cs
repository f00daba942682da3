using IoPkt.Protocols.AutoIp;
using IoPkt.Stack.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;

namespace IoPkt.Stack.Tests.Protocols;

/// <summary>A host that runs lsm-autoip on its first interface.</summary>
internal sealed class AutoIpHost
{
    private readonly ProtocolHost _view;
    private readonly IProtocol _protocol;

    public AutoIpHost(TestNetwork network, TestWire wire, string options = "", string? address = null)
    {
        Host = network.AddHost();
        Port = Host.Connect(wire, address);
        _view = new ProtocolHost(Host.Stack, new ProtocolHostServices(
            work => Host.Step(_ => work()),
            name => Host.Stack.Interfaces.SetUp(Host.Stack.Interfaces.All.Single(i => i.Name == name), true),
            failure => Failure = failure));
        _protocol = new AutoIpModule().Create(new ProtocolContext { Options = new ModuleOptions(options), Stack = _view, Logger = NullLogger.Instance });
        Host.Step(_ => _protocol.Start());
    }

    public TestHost Host { get; }

    public TestPort Port { get; }

    public Exception? Failure { get; private set; }

    /// <summary>The link-local address, if it has one.</summary>
    public InetAddress? Address => Port.Interface.Addresses.Select(a => (InetAddress?)a.Address).FirstOrDefault(a => a!.Value.IsLinkLocalIpv4);

    public void Stop() => Host.Step(_ =>
    {
        _protocol.Stop();
        _view.Close();
    });
}

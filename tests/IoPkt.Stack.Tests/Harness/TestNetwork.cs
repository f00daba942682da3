using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace IoPkt.Stack.Tests.Harness;

/// <summary>Hosts and wires in one virtual time. Nothing happens but in <see cref="Run(TimeSpan)"/>, so a test is the same every time.</summary>
internal sealed class TestNetwork : IDisposable
{
    private readonly List<TestHost> _hosts = [];
    private readonly List<TestWire> _wires = [];

    public FakeTimeProvider Time { get; } = new();

    public IReadOnlyList<TestHost> Hosts => _hosts;

    public TestHost AddHost(Func<NetworkStackOptions, NetworkStackOptions>? configure = null)
    {
        TestHost host = new(this, _hosts.Count, configure);
        _hosts.Add(host);
        return host;
    }

    public TestWire AddWire()
    {
        TestWire wire = new();
        _wires.Add(wire);
        return wire;
    }

    /// <summary>Lets time pass: everything that's due happens, and frames cross their wires in no time.</summary>
    public void Run(TimeSpan duration)
    {
        DateTimeOffset end = Time.GetUtcNow() + duration;
        for (int steps = 0; ; steps++)
        {
            Assert.True(steps < 1_000_000, "the network never comes to rest");
            Settle();
            long wait = Math.Max(0, _hosts.Min(h => h.MicrosecondsToDeadline));
            DateTimeOffset now = Time.GetUtcNow();
            if (wait == long.MaxValue || now.AddMicroseconds(wait) > end)
            {
                Time.Advance(end - now);
                Settle();
                return;
            }
            Time.Advance(TimeSpan.FromMicroseconds(wait));
        }
    }

    public void Run(double seconds) => Run(TimeSpan.FromSeconds(seconds));

    /// <summary>Delivers frames and runs what's due now until nothing moves.</summary>
    public void Settle()
    {
        for (int rounds = 0; ; rounds++)
        {
            Assert.True(rounds < 100_000, "frames go round for ever");
            foreach (TestHost host in _hosts)
                host.Step();
            bool moved = false;
            foreach (TestWire wire in _wires)
                moved |= wire.Deliver();
            if (!moved && _hosts.TrueForAll(h => h.MicrosecondsToDeadline > 0))
                return;
        }
    }

    public void Dispose()
    {
        foreach (TestWire wire in _wires)
            wire.Dispose();
        foreach (TestHost host in _hosts)
            host.Dispose();
    }
}

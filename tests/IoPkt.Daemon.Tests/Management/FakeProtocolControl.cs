using IoPkt.Daemon.Protocols;

namespace IoPkt.Daemon.Tests.Management;

/// <summary>Protocols that are only remembered.</summary>
internal sealed class FakeProtocolControl : IProtocolControl
{
    private readonly List<RunningProtocol> _running = [];

    public IReadOnlyList<RunningProtocol> All => _running;

    public Task LoadAsync(string module, string? options)
    {
        _running.Add(new RunningProtocol(Path.GetFileNameWithoutExtension(module), module, options));
        return Task.CompletedTask;
    }

    public Task UnloadAsync(string name) => _running.RemoveAll(p => p.Name == name) > 0
        ? Task.CompletedTask
        : throw new ModuleException($"no protocol {name} runs; none does");
}

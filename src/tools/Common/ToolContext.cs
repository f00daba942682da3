using IoPkt.Client;

namespace IoPkt.Tools;

/// <summary>What a tool works with: where it prints, whom it asks, and when it should stop.</summary>
public sealed class ToolContext : IDisposable
{
    private readonly Func<IoPktManagement>? _management;
    private IoPktClient? _client;

    /// <param name="name">For messages.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="management">Whom to ask; <c>null</c>: the daemon that <c>SOCK</c> names.</param>
    /// <param name="interrupted">SIGINT or SIGTERM came.</param>
    public ToolContext(
        string name, TextWriter output, TextWriter error, Func<IoPktManagement>? management = null, CancellationToken interrupted = default)
    {
        Name = name;
        Output = output;
        Error = error;
        Interrupted = interrupted;
        _management = management;
    }

    public string Name { get; }

    public TextWriter Output { get; }

    public TextWriter Error { get; }

    public CancellationToken Interrupted { get; }

    public IoPktClient Client => _client ??= new IoPktClient();

    public IoPktManagement Management => _management is not null ? _management() : Client.Management;

    /// <summary>The management of a daemon that the command line names, and not <c>SOCK</c>.</summary>
    public IoPktManagement ManagementOf(Func<IoPktClient> connect)
    {
        ArgumentNullException.ThrowIfNull(connect);
        return _management is not null ? _management() : (_client ??= connect()).Management;
    }

    public void Dispose() => _client?.Dispose();
}

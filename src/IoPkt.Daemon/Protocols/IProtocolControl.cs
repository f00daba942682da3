namespace IoPkt.Daemon.Protocols;

/// <summary>The protocol modules that run. These calls may take long, so they never run in the stack context.</summary>
public interface IProtocolControl
{
    /// <summary>Those that run, in the order in which they were started.</summary>
    IReadOnlyList<RunningProtocol> All { get; }

    /// <summary>Loads a protocol module and starts it (<c>-p</c>, <c>mount</c>).</summary>
    /// <param name="module">As typed: "autoip", "lsm-autoip.so", or a path.</param>
    /// <param name="options">Comma-separated, or <c>null</c>.</param>
    /// <exception cref="ModuleException">Nothing was loaded; the message is for the user.</exception>
    Task LoadAsync(string module, string? options);

    /// <summary>Stops and unloads a protocol; one that was started several times goes entirely.</summary>
    /// <param name="name">"lsm-autoip"; "autoip" and "lsm-autoip.so" are the same.</param>
    /// <exception cref="ModuleException">None of that name runs.</exception>
    Task UnloadAsync(string name);
}

/// <param name="Name">"lsm-autoip".</param>
/// <param name="Path">The file it came from.</param>
/// <param name="Options">As typed.</param>
public sealed record RunningProtocol(string Name, string Path, string? Options);

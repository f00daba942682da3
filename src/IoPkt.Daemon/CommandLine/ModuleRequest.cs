namespace IoPkt.Daemon.CommandLine;

public enum ModuleKind
{
    /// <summary><c>-d</c></summary>
    Driver,

    /// <summary><c>-p</c></summary>
    Protocol,
}

/// <summary>A <c>-d</c> or <c>-p</c> of the command line.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Name">The module, as typed.</param>
/// <param name="Options">The option word that followed, or <c>null</c>.</param>
public sealed record ModuleRequest(ModuleKind Kind, string Name, string? Options);

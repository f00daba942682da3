using System.Reflection;

namespace IoPkt.Daemon.Modules;

/// <summary>
/// The version of the contracts between modules and daemon: MAJOR.MINOR of the assembly version of IoPkt.Abstractions. MINOR grows when something is added, and what was compiled against an earlier one goes
/// on running; MAJOR grows when something that existed changes its meaning or goes away, and modules must be compiled anew.
/// </summary>
internal static class ContractVersion
{
    /// <summary>Of the contracts that this process has.</summary>
    public static Version Current { get; } = typeof(IDriver).Assembly.GetName().Version!;

    /// <summary>What a module was compiled against; <c>null</c>: it doesn't use the contracts at all.</summary>
    public static Version? Of(Assembly module)
    {
        ArgumentNullException.ThrowIfNull(module);
        string name = typeof(IDriver).Assembly.GetName().Name!;
        return Array.Find(module.GetReferencedAssemblies(), a => a.Name == name)?.Version;
    }

    /// <summary>Why a module can't run here.</summary>
    /// <returns><c>null</c> if it can.</returns>
    public static string? Mismatch(Version compiled, Version current)
    {
        ArgumentNullException.ThrowIfNull(compiled);
        ArgumentNullException.ThrowIfNull(current);
        if (compiled.Major == current.Major && compiled.Minor <= current.Minor)
            return null;
        string remedy = compiled > current ? "update io-pkt, or compile the module against an earlier IoPkt.Abstractions" : "compile the module against the present IoPkt.Abstractions";
        return $"it was compiled against version {compiled.ToString(2)} of the contracts, and this io-pkt has {current.ToString(2)}: {remedy}";
    }
}

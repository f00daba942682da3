namespace IoPkt.Daemon.Hosting;

/// <summary>The tree that a build leaves, seen from the daemon's assembly in <c>lib/io-pkt</c>.</summary>
internal static class InstallTree
{
    /// <summary><c>lib/dll</c></summary>
    public static string ModuleFolder => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../dll"));
}

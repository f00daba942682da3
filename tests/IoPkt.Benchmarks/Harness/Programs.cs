using System.Reflection;

namespace IoPkt.Benchmarks.Harness;

/// <summary>What the benchmark runs: the install tree, and its own C programs, compiled for the machine at hand.</summary>
internal sealed class Programs : IDisposable
{
    private Programs(DirectoryInfo folder) => Folder = folder;

    public DirectoryInfo Folder { get; }

    public static string InstallRoot { get; } = Metadata("InstallRoot");

    public static string Daemon => Variant("io-pkt-v4");

    public static string Sockrun => Path.Combine(InstallRoot, "bin", "sockrun");

    public static string Modules => Path.Combine(InstallRoot, "lib", "dll");

    /// <summary>The programs of the kernel's side, from the end-to-end tests.</summary>
    public static string Peer { get; } = Metadata("Peer");

    /// <summary>This program.</summary>
    public static string Self => Environment.ProcessPath!;

    public string Load => Path.Combine(Folder.FullName, "load");

    public string Floor => Path.Combine(Folder.FullName, "floor");

    public string Gateway => Path.Combine(Folder.FullName, "gateway");

    public static string Variant(string name) => Path.Combine(InstallRoot, "sbin", name);

    public static async Task<Programs> BuildAsync()
    {
        Programs programs = new(Directory.CreateTempSubdirectory("io-pkt-bench-"));
        // nginx's workers, who aren't root, go through it.
        File.SetUnixFileMode(programs.Folder.FullName, (UnixFileMode)Convert.ToInt32("755", 8));
        foreach (string output in (string[])[programs.Load, programs.Floor, programs.Gateway])
        {
            string source = Path.Combine(AppContext.BaseDirectory, "native", $"{Path.GetFileName(output)}.c");
            await Child.RunAsync("cc", "-O2", "-pthread", "-o", output, source).ConfigureAwait(false);
        }
        return programs;
    }

    private static string Metadata(string key) => typeof(Programs).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;

    public void Dispose()
    {
        try
        {
            Folder.Delete(recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // A daemon that was interrupted with the benchmark takes its prefix away at the same moment.
        }
    }
}

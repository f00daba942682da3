using System.Globalization;

namespace IoPkt.Benchmarks.Harness;

/// <summary>How many descriptors one process may have: a connection is one or two.</summary>
internal static class DescriptorLimit
{
    private const int Wanted = 400_000;

    public static long Current => long.Parse(File.ReadLines("/proc/self/limits").First(l => l.StartsWith("Max open files", StringComparison.Ordinal))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)[4], CultureInfo.InvariantCulture);

    /// <summary>For this process and what it starts, if the host lets it.</summary>
    public static async Task RaiseAsync()
    {
        try
        {
            await Child.RunAsync("prlimit", "--pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), $"--nofile={Wanted}:{Wanted}").ConfigureAwait(false);
        }
        catch (BenchmarkException)
        {
            // CAP_SYS_RESOURCE is missing. Rows that need more say so.
        }
    }
}

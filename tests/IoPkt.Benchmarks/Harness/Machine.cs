using System.Runtime.InteropServices;

namespace IoPkt.Benchmarks.Harness;

/// <summary>Where figures come from: they mean nothing without.</summary>
internal static class Machine
{
    public static string Describe()
    {
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            ?? RuntimeInformation.ProcessArchitecture.ToString();
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        return $"{Environment.ProcessorCount} × {model}, Linux {kernel}, .NET {Environment.Version}";
    }
}

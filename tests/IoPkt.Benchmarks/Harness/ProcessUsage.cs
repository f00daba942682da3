using System.Globalization;

namespace IoPkt.Benchmarks.Harness;

/// <summary>What the kernel says of processes.</summary>
internal static class ProcessUsage
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux.

    /// <summary>Seconds of CPU, user and system, of all threads of a process and of its children that have ended.</summary>
    public static double Cpu(IEnumerable<int> processes) => processes.Sum(Cpu);

    /// <summary>Bytes of memory that are resident.</summary>
    public static double Resident(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>The process, and all that come from it.</summary>
    public static IReadOnlyList<int> Tree(int process)
    {
        List<int> tree = [process];
        for (int i = 0; i < tree.Count; i++)
        {
            string children = File.ReadAllText($"/proc/{tree[i]}/task/{tree[i]}/children");
            tree.AddRange(children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(c => int.Parse(c, CultureInfo.InvariantCulture)));
        }
        return tree;
    }

    private static double Cpu(int process)
    {
        string stat = File.ReadAllText($"/proc/{process}/stat");
        // The name, in parentheses, may hold anything.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}

using System.Globalization;

namespace IoPkt.Benchmarks.Harness;

/// <summary>What the kernel says of processes.</summary>
internal static class ProcessUsage
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux.

    /// <summary>Seconds of CPU, user and system, of all threads of a process and of its children that have ended.</summary>
    public static double Cpu(IEnumerable<int> processes) => processes.Sum(Cpu);

    /// <summary>Bytes of memory that are resident, and those of them that no other process could share.</summary>
    public static (double Resident, double Private) Memory(int process)
    {
        Dictionary<string, double> sizes = File.ReadLines($"/proc/{process}/smaps_rollup").Skip(1).Select(l => l.Split((char[])[':', ' '], StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(words => words[0], words => 1024 * double.Parse(words[1], CultureInfo.InvariantCulture));
        return (sizes["Rss"], sizes["Private_Clean"] + sizes["Private_Dirty"]);
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

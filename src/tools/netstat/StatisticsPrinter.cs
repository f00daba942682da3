using System.Text;
using IoPkt.Wire.Management;

namespace IoPkt.Tools.Netstat;

/// <summary>Counters of protocols.</summary>
internal static class StatisticsPrinter
{
    /// <param name="groups">All there are.</param>
    /// <param name="protocol">Only this one; <c>null</c>: all.</param>
    /// <param name="skipZeros">Leaves out what never happened.</param>
    /// <exception cref="ToolException">There's no such protocol.</exception>
    public static string Format(IReadOnlyList<CounterGroupInfo> groups, string? protocol, bool skipZeros)
    {
        if (protocol is not null && !groups.Any(g => g.Name == protocol))
            throw new ToolException($"protocol '{protocol}': unknown or uninstrumented protocol; there are: {string.Join(' ', groups.Select(g => g.Name))}");
        StringBuilder text = new();
        foreach (CounterGroupInfo group in groups.Where(g => protocol is null || g.Name == protocol))
        {
            text.Append($"{group.Name}:\n");
            foreach (CounterInfo counter in group.Counters)
            {
                if (!skipZeros || counter.Value != 0)
                    text.Append($"\t{counter.Value} {counter.Text}\n");
            }
        }
        return text.ToString();
    }
}

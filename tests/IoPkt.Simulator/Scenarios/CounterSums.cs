using System.Globalization;
using System.Text;

namespace IoPkt.Simulator;

/// <summary>The counters of many stacks, added up: they tell what a campaign has met.</summary>
internal sealed class CounterSums
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Group, string Text), long> _sums = [];

    public void Add(NetworkStack stack)
    {
        lock (_lock)
        {
            foreach (CounterGroup group in stack.Counters)
            {
                foreach (Counter counter in group.All)
                    _sums[(group.Name, counter.Text)] = _sums.GetValueOrDefault((group.Name, counter.Text)) + counter.Value;
            }
        }
    }

    public override string ToString()
    {
        StringBuilder text = new();
        foreach (IGrouping<string, KeyValuePair<(string Group, string Text), long>> group in _sums.GroupBy(s => s.Key.Group))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{group.Key}:");
            foreach (((_, string name), long value) in group)
                text.AppendLine(CultureInfo.InvariantCulture, $"\t{value} {name}");
        }
        return text.ToString();
    }
}

using System.Globalization;
using System.Text;

namespace IoPkt.Simulator;

/// <summary>What a campaign has met: of each thing, in how many scenarios, and how often in all. What stands at 0 isn't tested.</summary>
internal sealed class CampaignStatistics
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Group, string Text), (long Scenarios, long Total)> _sums = [];
    private int _scenarios;

    public void Add(Scenario scenario, Simulation simulation)
    {
        Dictionary<(string, string), long> counts = [];
        foreach (string kind in ScenarioKinds.Of(scenario))
            Count("drawn", kind, 1);
        for (int i = 0; i < simulation.Link.Events.Length; i++)
            Count("link", Enum.GetName((LinkEvent)i)!, simulation.Link.Events[i]);
        foreach (string ending in simulation.Endings)
            Count("endings", ending, 1);
        foreach (SimulatedHost host in simulation.Hosts)
        {
            foreach (CounterGroup group in host.Stack.Counters)
            {
                foreach (Counter counter in group.All)
                    Count(group.Name, counter.Text, counter.Value);
            }
        }
        lock (_lock)
        {
            _scenarios++;
            foreach (((string, string) what, long count) in counts)
            {
                (long scenarios, long total) = _sums.GetValueOrDefault(what);
                _sums[what] = (scenarios + (count > 0 ? 1 : 0), total + count);
            }
        }

        void Count(string group, string text, long count) => counts[(group, text)] = counts.GetValueOrDefault((group, text)) + count;
    }

    public override string ToString()
    {
        StringBuilder text = new();
        foreach (IGrouping<string, KeyValuePair<(string Group, string Text), (long Scenarios, long Total)>> group in _sums.GroupBy(s => s.Key.Group))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{group.Key}:");
            foreach (((_, string name), (long scenarios, long total)) in group)
                text.AppendLine(CultureInfo.InvariantCulture, $"  {scenarios,9} {100.0 * scenarios / _scenarios,6:F2} % {total,12} {name}");
        }
        return text.ToString();
    }
}

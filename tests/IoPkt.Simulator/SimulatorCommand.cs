using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Diagnostics;
using System.Globalization;

namespace IoPkt.Simulator;

/// <summary>The command line.</summary>
internal static class SimulatorCommand
{
    private const int DefaultTraceLines = 100;

    private static readonly string[] s_examples =
    [
        "simulator --seeds 0..100000 --jobs 2        a hundred thousand scenarios; the first that fails is explained",
        "simulator --seeds 0..1000000 --keep-going   all that fail, one a line",
        "simulator --seeds 4711 --trace              one scenario, and all its packets",
        "simulator --seeds 4711 --pcap 4711.pcap     the same for Wireshark or tcpdump -r",
        "simulator --seeds 0..10000 --statistics     what was drawn, what happened, and in how many of them",
    ];

    public static RootCommand Create()
    {
        Option<SeedRange> seeds = new("--seeds")
        {
            Description = "one seed, or FIRST..END (END not included)",
            DefaultValueFactory = _ => new SeedRange(0, 10_000),
            CustomParser = result =>
            {
                if (SeedRange.TryParse(result.Tokens.Single().Value, out SeedRange range))
                    return range;
                result.AddError($"--seeds: '{result.Tokens.Single().Value}' is no range of seeds; write one number, or two as in 0..1000");
                return default;
            },
        };
        Option<int> jobs = new("--jobs") { Description = "scenarios at a time", DefaultValueFactory = _ => Environment.ProcessorCount };
        Option<bool> keepGoing = new("--keep-going") { Description = "list what fails, a line each, instead of explaining the first" };
        Option<bool> trace = new("--trace") { Description = "print every packet, not only those before a failure" };
        Option<FileInfo?> pcap = new("--pcap") { Description = "where the packets of the failed scenario, or of the only one, go" };
        Option<bool> statistics = new("--statistics") { Description = "print what the scenarios were drawn with and what they met: in how many, their share, and how often in all" };
        RootCommand root = new("Runs TCP through scenarios drawn from seeds, in virtual time, and checks every segment.") { seeds, jobs, keepGoing, trace, pcap, statistics };
        root.SetAction(parsed => Run(parsed.GetValue(seeds), Math.Max(1, parsed.GetValue(jobs)), parsed.GetValue(keepGoing), parsed.GetValue(trace), parsed.GetValue(pcap),
            parsed.GetValue(statistics)));
        foreach (Option option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help } helpOption)
                helpOption.Action = new ExamplesHelp(help);
        }
        return root;
    }

    private static int Run(SeedRange seeds, int jobs, bool keepGoing, bool trace, FileInfo? pcap, bool wantsStatistics)
    {
        CampaignStatistics? statistics = wantsStatistics ? new CampaignStatistics() : null;
        Campaign campaign = new(seeds, Math.Min(jobs, seeds.Count), keepGoing ? int.MaxValue : 1, statistics);
        Stopwatch watch = Stopwatch.StartNew();
        campaign.Run();
        double rate = campaign.Scenarios / watch.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{campaign.Scenarios} scenarios, {campaign.Packets} packets, {campaign.Duration:F0} s of virtual time in {watch.Elapsed.TotalSeconds:F1} s: {rate:F0} scenarios/s"));
        if (statistics is not null)
            Console.Write(statistics);
        foreach (ScenarioResult failure in keepGoing ? campaign.Failures : [])
            Console.WriteLine($"seed {failure.Scenario.Seed}: {failure.Failure!.Split('\n')[0]}");
        int? explained = seeds.Count == 1 ? seeds.First : campaign.Failures.Count > 0 && !keepGoing ? campaign.Failures[0].Scenario.Seed : null;
        if (explained is { } seed && (campaign.Failures.Count > 0 || trace || pcap is not null))
        {
            using FileStream? capture = pcap?.Create();
            Console.WriteLine(Explanation.Of(seed, trace ? int.MaxValue : DefaultTraceLines, capture));
        }
        Console.WriteLine(campaign.Failures.Count == 0 ? "all passed" : $"{campaign.Failures.Count} failed");
        return campaign.Failures.Count == 0 ? 0 : 1;
    }

    private sealed class ExamplesHelp(HelpAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            int status = help.Invoke(parseResult);
            Console.WriteLine("Examples:");
            foreach (string example in s_examples)
                Console.WriteLine($"  {example}");
            return status;
        }
    }
}

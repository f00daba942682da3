using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using IoPkt.Fuzzer.Sessions;

namespace IoPkt.Fuzzer;

/// <summary>The command line.</summary>
internal static class FuzzerCommand
{
    public static RootCommand Create()
    {
        Option<SeedRange> seeds = new("--seeds")
        {
            Description = $"one seed, or FIRST..END (END not included); each is a session of {Session.MostInputs} frames or messages",
            DefaultValueFactory = _ => new SeedRange(0, 1000),
            CustomParser = result =>
            {
                if (SeedRange.TryParse(result.Tokens.Single().Value, out SeedRange range))
                    return range;
                result.AddError($"--seeds: '{result.Tokens.Single().Value}' is no range of seeds; write one number, or two as in 0..1000");
                return default;
            },
        };
        Option<Target> target = new("--target") { Description = "the protocol whose frames are made; Client: the messages of clients to the socket service", DefaultValueFactory = _ => Target.All };
        Option<int> jobs = new("--jobs") { Description = "sessions at a time", DefaultValueFactory = _ => Environment.ProcessorCount };
        RootCommand root = new("Sends a stack frames, or its socket service messages, that nobody honest would send, and checks that nothing but themselves is harmed. A failure prints its seed, which makes it again, and the last inputs.")
        {
            seeds, target, jobs,
        };
        root.SetAction(parsed => Run(parsed.GetValue(seeds), parsed.GetValue(target), Math.Max(1, parsed.GetValue(jobs))));
        return root;
    }

    private static int Run(SeedRange seeds, Target target, int jobs)
    {
        Stopwatch watch = Stopwatch.StartNew();
        FuzzingCampaign campaign = new(seeds, target, jobs);
        campaign.Run();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{campaign.Inputs} inputs in {campaign.Sessions} sessions, {campaign.Answers} answers, {watch.Elapsed.TotalSeconds:F1} s: {campaign.Inputs / watch.Elapsed.TotalSeconds:F0} inputs/s"));
        Console.WriteLine(campaign.Failure ?? "all passed");
        return campaign.Failure is null ? 0 : 1;
    }
}

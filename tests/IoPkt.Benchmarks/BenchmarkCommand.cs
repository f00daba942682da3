using System.CommandLine;
using IoPkt.Benchmarks.Contestants;
using IoPkt.Benchmarks.Harness;
using IoPkt.Benchmarks.Reports;
using IoPkt.Benchmarks.Rows;
using Spectre.Console;

namespace IoPkt.Benchmarks;

/// <summary>The command line, and the runs: the contestants of a row take turns, so that whatever else the machine does falls on all of them.</summary>
internal sealed class BenchmarkCommand
{
    private const double RehearsalSeconds = 2;

    private readonly Option<string> _rows = new("--rows") { Description = "Rows to run, separated by commas; * at the end of one stands for anything. All by default, but for loss-*" };
    private readonly Option<string> _only = new("--only") { Description = "Contestants to run, separated by commas. All of each row by default" };
    private readonly Option<double> _seconds = new("--seconds") { Description = "Seconds of one run", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _repeats = new("--repeats") { Description = "Runs of each contestant in each row", DefaultValueFactory = _ => 5 };
    private readonly Option<int?> _threads = new("--threads") { Description = "Packet threads of the stack (its option -t)" };
    private readonly Option<string?> _json = new("--json") { Description = "A file for everything that was measured" };
    private readonly Option<string?> _markdown = new("--markdown") { Description = "A file for the tables of docs/performance.md" };
    private readonly Option<string?> _against = new("--against") { Description = "A file that --json wrote before: what fell by more than 20 % of its ratio to the floor or the kernel is marked" };
    private readonly Option<bool> _list = new("--list") { Description = "Shows the rows, and runs none" };

    public Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("Measures the stack beside the kernel's and beside the least code that could do the same. Needs root, iproute2, a C compiler, nginx, wrk and curl.")
        {
            _rows, _only, _seconds, _repeats, _threads, _json, _markdown, _against, _list,
        };
        root.SetAction((result, cancellation) => result.GetValue(_list) ? ListAsync() : MeasureAsync(result, cancellation));
        return root.Parse(args).InvokeAsync();
    }

    private static Task<int> ListAsync()
    {
        foreach (Row row in AllRows.List)
            Console.WriteLine($"{row.Name,-20} {row.Description} ({row.Unit}): {string.Join(", ", row.Contestants)}");
        return Task.FromResult(0);
    }

    private async Task<int> MeasureAsync(ParseResult command, CancellationToken cancellation)
    {
        string[] patterns = Split(command.GetValue(_rows)), only = Split(command.GetValue(_only));
        Row[] rows = [.. AllRows.List.Where(r => (patterns.Length == 0 && !r.OnRequest) || patterns.Any(p => Matches(p, r.Name)))];
        if (rows.Length == 0)
            return Fail($"no row is called {command.GetValue(_rows)}: --list shows them");
        try
        {
            List<Result> results = [];
            EarlierRun? earlier = command.GetValue(_against) is { } file ? EarlierRun.Read(file) : null;
            await DescriptorLimit.RaiseAsync().ConfigureAwait(false);
            using Programs programs = await Programs.BuildAsync().ConfigureAwait(false);
            using CancellationTokenRegistration interrupted = cancellation.Register(Child.EndAll);
            await using Field field = new(programs, command.GetValue(_threads));
            foreach (Row row in rows)
            {
                Result result = await MeasureAsync(row, field, only, command.GetValue(_seconds), command.GetValue(_repeats)).WaitAsync(cancellation).ConfigureAwait(false);
                ConsoleReport.Print(result, earlier);
                results.Add(result);
                if (command.GetValue(_json) is { } path)
                    JsonReport.Write(path, Machine.Describe(), command.GetValue(_seconds), results);
            }
            if (command.GetValue(_markdown) is { } tables)
                MarkdownReport.Write(tables, Machine.Describe(), results);
            ConsoleReport.PrintVerdict(results, earlier);
            AnsiConsole.WriteLine(Machine.Describe());
            return 0;
        }
        catch (BenchmarkException e)
        {
            return Fail(e.Message);
        }
        catch (OperationCanceledException)
        {
            return Fail("interrupted");
        }
    }

    private static async Task<Result> MeasureAsync(Row row, Field field, string[] only, double seconds, int repeats)
    {
        List<(Contestant Contestant, List<Sample> Samples)> turns = [];
        foreach (string name in row.Contestants.Where(c => only.Length == 0 || only.Contains(c)))
        {
            if (row.Obstacle(name) is { } obstacle)
                Console.WriteLine($"{row.Name}: {name} is left out: {obstacle}");
            else
                turns.Add((await field.GetAsync(name).ConfigureAwait(false), []));
        }
        foreach ((Contestant contestant, _) in turns.Where(_ => row.IsRehearsed))
            await row.Measure(contestant, RehearsalSeconds).ConfigureAwait(false);
        for (int i = 0; i < Math.Min(repeats, row.MostRuns); i++)
        {
            foreach ((Contestant contestant, List<Sample> samples) in turns)
                samples.Add(await row.Measure(contestant, seconds).ConfigureAwait(false));
        }
        return new Result(row, [.. turns.Select(t => new Entry(t.Contestant.Name, t.Samples))]);
    }

    private static string[] Split(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static bool Matches(string pattern, string name) =>
        pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : name == pattern;

    private static int Fail(string message)
    {
        Console.Error.WriteLine($"benchmarks: {message}");
        return 1;
    }
}

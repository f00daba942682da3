using IoPkt.Benchmarks.Contestants;

namespace IoPkt.Benchmarks.Rows;

/// <summary>What a row's figures should be, as a ratio of two contestants' medians within one run.</summary>
/// <param name="Contestant">Whose figure.</param>
/// <param name="Baseline">Over whose.</param>
/// <param name="Ratio">At least this; at most, where less is better.</param>
internal sealed record Aim(string Contestant, string Baseline, double Ratio);

/// <summary>One thing that is measured, on each of several contestants.</summary>
/// <param name="Name">As <c>--rows</c> takes it.</param>
/// <param name="Description">One line.</param>
/// <param name="Unit">Of <see cref="Sample.Value"/>.</param>
/// <param name="LessIsBetter">Times and sizes.</param>
/// <param name="Contestants">By name, in the order in which they take turns.</param>
/// <param name="Aims">What the result should be.</param>
/// <param name="Measure">One run, of so many seconds.</param>
internal sealed record Row(string Name, string Description, string Unit, bool LessIsBetter, IReadOnlyList<string> Contestants, IReadOnlyList<Aim> Aims,
    Func<Contestant, double, Task<Sample>> Measure)
{
    /// <summary>It takes minutes: it's run when it's asked for.</summary>
    public bool OnRequest { get; init; }

    /// <summary>
    /// Each contestant runs once uncounted before the first turn, so that its code is compiled as well as it will be: the just-in-time compiler improves only what it has seen run,
    /// and takes one or two seconds for it. Not for rows that measure a new process.
    /// </summary>
    public bool IsRehearsed { get; init; } = true;

    /// <summary>Why a contestant can't take part on this machine, by its name; <c>null</c>: it can.</summary>
    public Func<string, string?> Obstacle { get; init; } = _ => null;

    /// <summary>Runs of each contestant, however many are asked for: it takes long, and has little spread.</summary>
    public int MostRuns { get; init; } = int.MaxValue;
}

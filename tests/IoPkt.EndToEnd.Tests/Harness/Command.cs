using System.Diagnostics;
using System.Text;
using Xunit;

namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>What a finished program left.</summary>
internal sealed record Outcome(string CommandLine, int ExitCode, string Output, string Error)
{
    /// <summary>The output of a program that has to succeed.</summary>
    public string Succeeded()
    {
        Assert.True(ExitCode == 0, $"{CommandLine}\nexit {ExitCode}\n{Output}\n{Error}");
        return Output;
    }
}

/// <summary>A program that runs while the test goes on; ended, if it's still there, when the test is done with it.</summary>
internal sealed class Command : IDisposable
{
    private readonly Process _process;
    private readonly string _commandLine;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private Command(Process process, string commandLine)
    {
        _process = process;
        _commandLine = commandLine;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => Read(_output);

    public string Error => Read(_error);

    public static Command Start(IReadOnlyDictionary<string, string?>? environment, params IEnumerable<string> commandLine)
    {
        string[] words = [.. commandLine];
        ProcessStartInfo start = new(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        // Programs that administrators use live there, also for the tests of somebody who isn't one.
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        Process process = new() { StartInfo = start };
        Command command = new(process, string.Join(' ', words));
        process.OutputDataReceived += (_, line) => Add(command._output, line.Data);
        process.ErrorDataReceived += (_, line) => Add(command._error, line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return command;
    }

    public static Task<Outcome> RunAsync(TimeSpan limit, IReadOnlyDictionary<string, string?>? environment, params IEnumerable<string> commandLine) =>
        Start(environment, commandLine).WaitAsync(limit);

    /// <summary>Waits for its end. A program that takes longer than <paramref name="limit"/> is ended, and the test fails with what it had printed.</summary>
    public async Task<Outcome> WaitAsync(TimeSpan limit)
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"{_commandLine}\nstill running after {limit.TotalSeconds:0} s\n{Output}\n{Error}");
        }
        return new Outcome(_commandLine, _process.ExitCode, Output, Error);
    }

    public void Signal(int signal) => NativeMethods.Kill(_process.Id, signal);

    /// <summary>Waits until the program has printed something.</summary>
    public async Task WaitForOutputAsync(string text, TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(_process.HasExited, $"{_commandLine} ended\n{Output}\n{Error}");
            Assert.True(Stopwatch.GetElapsedTime(start) < limit, $"{_commandLine} hasn't printed '{text}'\n{Output}\n{Error}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static void Add(StringBuilder to, string? line)
    {
        if (line is null)
            return;
        lock (to)
            to.Append(line).Append('\n');
    }

    private static string Read(StringBuilder from)
    {
        lock (from)
            return from.ToString();
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;

namespace IoPkt.Benchmarks.Harness;

/// <summary>A program that the benchmark starts; ended with it.</summary>
internal sealed class Child : IDisposable
{
    private static readonly ConcurrentDictionary<Child, bool> s_running = [];

    private readonly Process _process;

    private Child(Process process)
    {
        _process = process;
        s_running[this] = true;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public static Child Start(IReadOnlyDictionary<string, string>? environment, params IEnumerable<string> commandLine)
    {
        string[] words = [.. commandLine];
        ProcessStartInfo start = new(words[0], words[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        return new Child(Process.Start(start)!);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="BenchmarkException">It failed; the message has what it wrote.</exception>
    public static async Task<string> RunAsync(params IEnumerable<string> commandLine)
    {
        string[] words = [.. commandLine];
        using Child child = Start(null, words);
        return await child.FinishAsync(string.Join(' ', words)).ConfigureAwait(false);
    }

    /// <summary>Waits for its end, and returns what it printed.</summary>
    /// <exception cref="BenchmarkException">It failed, or took more than two minutes.</exception>
    public async Task<string> FinishAsync(string name)
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync(), error = _process.StandardError.ReadToEndAsync();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new BenchmarkException($"{name}: still running after two minutes");
        }
        string text = await output.ConfigureAwait(false);
        return _process.ExitCode == 0 ? text : throw new BenchmarkException($"{name}: exit code {_process.ExitCode}: {text}{await error.ConfigureAwait(false)}");
    }

    /// <summary>Waits for the first line that it prints.</summary>
    /// <exception cref="BenchmarkException">It ended without one.</exception>
    public async Task<string> ReadLineAsync(string name) =>
        await _process.StandardOutput.ReadLineAsync().ConfigureAwait(false)
            ?? throw new BenchmarkException($"{name} ended: {await _process.StandardError.ReadToEndAsync().ConfigureAwait(false)}");

    /// <summary>Reads and forgets what it prints, so that it never waits for a reader.</summary>
    public void Discard()
    {
        _ = _process.StandardOutput.ReadToEndAsync();
        _ = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Gives it the empty line that it waits for.</summary>
    public async Task WriteLineAsync()
    {
        await _process.StandardInput.WriteLineAsync().ConfigureAwait(false);
        await _process.StandardInput.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Its input ends.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Ends all that haven't been: the benchmark is interrupted.</summary>
    public static void EndAll()
    {
        foreach (Child child in s_running.Keys)
            child.Dispose();
    }

    public void Dispose()
    {
        if (!s_running.TryRemove(this, out _))
            return;
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
        _process.Dispose();
    }
}

/// <summary>The benchmark can't go on; the message says why, and what to do.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);

using IoPkt.Tools.Sloginfo;
using Serilog;
using Serilog.Core;

namespace IoPkt.Client.Tests.Tools;

/// <summary>sloginfo in QNX's form.</summary>
public sealed class SloginfoTests : IDisposable
{
    private const string Header = "Time             Sev Major Minor Args\n";

    private readonly ToolRunner _tools = new();
    private readonly Logger _log;

    public SloginfoTests() => _log = new LoggerConfiguration().WriteTo.Sink(_tools.Harness.Log).CreateLogger();

    public void Dispose()
    {
        _log.Dispose();
        _tools.Dispose();
    }

    [Fact]
    public async Task Columns()
    {
        Assert.Equal(Header, await _tools.RunAsync<SloginfoTool>(""));
        _log.Information("tap0: address {Address}", "02:00:00:00:00:01");
        _log.Error("no driver");
        string[] lines = (await _tools.RunAsync<SloginfoTool>("")).Split('\n');
        Assert.Matches("^[A-Z][a-z]{2} [0-3][0-9] [0-9:]{8}    5    14     0 tap0: address 02:00:00:00:00:01$", lines[1]);
        Assert.EndsWith("    2    14     0 no driver", lines[2], StringComparison.Ordinal);
        Assert.Matches(@"^[A-Z][a-z]{2} [0-3][0-9] [0-9:]{8}\.[0-9]{6}    5 ", (await _tools.RunAsync<SloginfoTool>("-ht")).Split('\n')[0]);
    }

    [Theory]
    [InlineData("-h -s 2", "error")]
    [InlineData("-h -s 3", "warning error")]
    [InlineData("-h -s 7", "information warning error")]
    [InlineData("-h -m 14", "information warning error")]
    [InlineData("-h -m 14,0", "information warning error")]
    [InlineData("-h -m 0xe -m 5", "information warning error")]
    [InlineData("-h -m 5", "")]
    [InlineData("-h -m 14,1", "")]
    public async Task Filters(string arguments, string expected)
    {
        _log.Information("information");
        _log.Warning("warning");
        _log.Error("error");
        string output = await _tools.RunAsync<SloginfoTool>(arguments);
        Assert.Equal(expected, string.Join(' ', output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[^1])));
    }

    [Fact]
    public async Task Clears_for_those_who_may()
    {
        _log.Information("one");
        _tools.Harness.Privileged = false;
        Assert.Contains("Operation not permitted", await _tools.FailAsync<SloginfoTool>("-c"), StringComparison.Ordinal);
        _tools.Harness.Privileged = true;
        Assert.EndsWith(" one\n", await _tools.RunAsync<SloginfoTool>("-c"), StringComparison.Ordinal);
        Assert.Equal(Header, await _tools.RunAsync<SloginfoTool>(""));
    }

    [Fact]
    public async Task Waits_for_more()
    {
        _log.Information("one");
        using CancellationTokenSource interrupt = new();
        StringWriter text = new();
        TextWriter output = TextWriter.Synchronized(text);
        Task<int> run = IoPkt.Tools.ToolHost.RunAsync(new SloginfoTool(), ["-hw"],
            new IoPkt.Tools.ToolContext("sloginfo", output, TextWriter.Null, () => new IoPktManagement((json, _) => _tools.Harness.ExchangeAsync(json)), interrupt.Token));
        Assert.True(SpinWait.SpinUntil(() => Printed().Contains("one", StringComparison.Ordinal), TimeSpan.FromSeconds(10)));
        _log.Information("two");
        Assert.True(SpinWait.SpinUntil(() => Printed().Contains("two", StringComparison.Ordinal), TimeSpan.FromSeconds(10)));
        await interrupt.CancelAsync();
        Assert.Equal(130, await run);
        Assert.Equal(2, Printed().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        string Printed()
        {
            // What a synchronized writer's methods lock is the writer.
            lock (output)
                return text.ToString();
        }
    }

    [Theory]
    [InlineData("-s 8", "sloginfo: severity 8 is not in 0…7\n")]
    [InlineData("-s bad", "sloginfo: severity 'bad' is not a number\n")]
    [InlineData("-m x", "sloginfo: major code 'x' is not a number\n")]
    [InlineData("-m 14,", "sloginfo: minor code '' is not a number\n")]
    public async Task Refuses_with_a_reason(string arguments, string expected) => Assert.Equal(expected, await _tools.FailAsync<SloginfoTool>(arguments));
}

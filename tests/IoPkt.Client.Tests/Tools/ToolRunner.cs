using IoPkt.Daemon.Tests.Management;
using IoPkt.Tools;

namespace IoPkt.Client.Tests.Tools;

/// <summary>Runs tools against a stack in this process: what they print, and how they end.</summary>
internal sealed class ToolRunner : IDisposable
{
    private readonly IoPktManagement _management;

    public ToolRunner() => _management = new IoPktManagement((json, _) => Harness.ExchangeAsync(json));

    public ManagementHarness Harness { get; } = new();

    /// <summary>Runs a command line without quotes; it must succeed.</summary>
    /// <returns>Standard output.</returns>
    public async Task<string> RunAsync<TTool>(string arguments)
        where TTool : ITool, new()
    {
        (int status, string output, string error) = await TryAsync<TTool>(arguments);
        Assert.Equal("", error);
        Assert.Equal(0, status);
        return output;
    }

    /// <summary>The same, for one that must fail.</summary>
    /// <returns>Standard error.</returns>
    public async Task<string> FailAsync<TTool>(string arguments)
        where TTool : ITool, new()
    {
        (int status, _, string error) = await TryAsync<TTool>(arguments);
        Assert.Equal(1, status);
        return error;
    }

    public Task<(int Status, string Output, string Error)> TryAsync<TTool>(string arguments)
        where TTool : ITool, new() =>
        TryAsync(new TTool(), arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), TestContext.Current.CancellationToken);

    /// <param name="interrupted">As if by SIGINT.</param>
    public async Task<(int Status, string Output, string Error)> TryAsync(ITool tool, string[] arguments, CancellationToken interrupted)
    {
        StringWriter output = new();
        StringWriter error = new();
        int status = await ToolHost.RunAsync(tool, arguments, new ToolContext(tool.Name, output, error, () => _management, interrupted));
        return (status, output.ToString(), error.ToString());
    }

    public void Dispose() => Harness.Dispose();
}

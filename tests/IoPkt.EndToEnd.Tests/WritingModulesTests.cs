using System.Text.RegularExpressions;
using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>The pages on writing drivers and protocols, followed to the letter by somebody who has nothing but them, an SDK and an installed io-pkt.</summary>
public sealed class WritingModulesTests
{
    [Fact]
    public async Task What_the_pages_show_is_built_and_mounted()
    {
        Requires.Programs("dotnet");
        await using RunningDaemon daemon = await RunningDaemon.StartAsync([], "");
        string driverPage = Page("writing-a-driver.md"), protocolPage = Page("writing-a-protocol.md");
        string project = Block(driverPage, "xml").Replace("/usr/local", Installation.Root, StringComparison.Ordinal);
        string[] built = await Task.WhenAll(
            BuildAsync(daemon.Folder, "devnp-example", project, Block(driverPage, "csharp")), BuildAsync(daemon.Folder, "lsm-example", project, Block(protocolPage, "csharp")));
        (string driver, string protocol) = (built[0], built[1]);

        Assert.EndsWith(": example0\n", (await daemon.ToolAsync("mount", "-T", "io-pkt", "-v", "-o", "mac=02:00:00:00:00:01", driver)).Succeeded(), StringComparison.Ordinal);
        (await daemon.ToolAsync("ifconfig", "example0", "10.3.0.1/24")).Succeeded();
        string shown = (await daemon.ToolAsync("ifconfig", "example0")).Succeeded();
        Assert.Contains("address: 02:00:00:00:00:01", shown, StringComparison.Ordinal);
        Assert.Contains("media: Ethernet loop-back plug", shown, StringComparison.Ordinal);
        (await daemon.ToolAsync("mount", "-T", "io-pkt", "-o", "if=example0", protocol)).Succeeded();
        Assert.Contains("lsm-example: started", (await daemon.ToolAsync("sloginfo")).Succeeded(), StringComparison.Ordinal);
        await StackUnderTest.EventuallyAsync(async () =>
        {
            string counters = (await daemon.ToolAsync("nicinfo", "example0")).Succeeded();
            return (Regex.IsMatch(counters, @"Packets Transmitted OK \.+ [1-9]"), counters);
        });
        (await daemon.ToolAsync("umount", "-T", "io-pkt", "lsm-example")).Succeeded();
        (await daemon.ToolAsync("ifconfig", "example0", "destroy")).Succeeded();
        Assert.Equal("lo0", (await daemon.ToolAsync("ifconfig", "-l")).Succeeded().Trim());
    }

    /// <returns>The module's file.</returns>
    private static async Task<string> BuildAsync(string folder, string name, string project, string code)
    {
        DirectoryInfo made = Directory.CreateDirectory(Path.Combine(folder, name));
        await File.WriteAllTextAsync(Path.Combine(made.FullName, $"{name}.csproj"), project, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(made.FullName, "Example.cs"), code, TestContext.Current.CancellationToken);
        Dictionary<string, string?> quiet = new() { ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1" };
        (await Command.RunAsync(TimeSpan.FromMinutes(2), quiet, "dotnet", "build", "-c", "Release", "-warnaserror", "--nodeReuse:false", "-p:UseSharedCompilation=false", made.FullName)).Succeeded();
        return Path.Combine(made.FullName, "bin", "Release", "net10.0", $"{name}.dll");
    }

    private static string Page(string name) => File.ReadAllText(Path.Combine(Installation.Repository, "docs", name));

    private static string Block(string page, string language) => page.Split($"```{language}\n", 2)[1].Split("```", 2)[0];
}

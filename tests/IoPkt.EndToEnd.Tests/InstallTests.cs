using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>What the build says when it can't compile ahead of time, and what it installs then.</summary>
public sealed class InstallTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("io-pkt-test-");

    [Theory]
    [InlineData("#!/bin/sh\necho 'Error: out of luck'; exit 1\n", "tool.dll could not be compiled ahead of time: Error: out of luck (all of it: ")]
    [InlineData(null, "tool is not compiled ahead of time, because ")]
    public async Task A_failed_compilation_ahead_of_time_is_a_warning_that_says_what_to_do(string? compiler, string warning)
    {
        string output = _folder.CreateSubdirectory("out").FullName;
        string crossgen = Path.Combine(_folder.FullName, "crossgen2");
        await File.WriteAllTextAsync(Path.Combine(output, "tool.dll"), "an assembly", TestContext.Current.CancellationToken);
        if (compiler is not null)
        {
            await File.WriteAllTextAsync(crossgen, compiler, TestContext.Current.CancellationToken);
            File.SetUnixFileMode(crossgen, (UnixFileMode)0b111_101_101);
        }
        Dictionary<string, string?> environment = new() { ["CROSSGEN"] = crossgen, ["CROSSGEN_FRAMEWORK"] = output, ["CROSSGEN_CACHE"] = Path.Combine(_folder.FullName, "cache") };
        // A failure isn't remembered as if it had been a success.
        for (int i = 0; i < 2; i++)
        {
            Outcome install = await Command.RunAsync(TimeSpan.FromSeconds(20), environment, "sh", Installation.Script, "program", output, Path.Combine(_folder.FullName, "root"), "tool", "bin");
            install.Succeeded();
            // As MSBuild takes it for a warning of its own.
            Assert.StartsWith("install.sh : warning IOPKT0001: " + warning, install.Error, StringComparison.Ordinal);
            Assert.Contains("build with -p:AheadOfTime=false to do without", install.Error, StringComparison.Ordinal);
        }
        Assert.Equal("an assembly", await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "root/lib/io-pkt/tool.dll"), TestContext.Current.CancellationToken));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

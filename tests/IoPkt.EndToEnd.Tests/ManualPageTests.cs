using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>The manual pages of the install tree.</summary>
public sealed class ManualPageTests
{
    private static readonly string s_pages = Path.Combine(Installation.Root, "share", "man");

    [Fact]
    public void Every_program_has_one()
    {
        string[] programs = [.. ((string[])["bin", "sbin"]).SelectMany(f => Directory.EnumerateFiles(Path.Combine(Installation.Root, f))).Select(p => Path.GetFileName(p))];
        string[] pages = [.. Pages().Select(p => Path.GetFileNameWithoutExtension(p))];
        Assert.Contains("io-pkt-v4", programs);
        Assert.Empty(programs.Except(pages));
    }

    [Fact]
    public async Task All_are_rendered_without_a_warning()
    {
        Requires.Programs("man");
        Assert.NotEmpty(Pages());
        foreach (string page in Pages())
        {
            Outcome outcome = await Command.RunAsync(TimeSpan.FromSeconds(20), new Dictionary<string, string?> { ["LC_ALL"] = "C.UTF-8", ["MANPATH"] = s_pages },
                "man", "--warnings", Path.GetExtension(page)[1..], Path.GetFileNameWithoutExtension(page));
            Assert.Equal("", outcome.Error);
            Assert.Contains("NAME", outcome.Succeeded(), StringComparison.Ordinal);
        }
    }

    /// <summary>What a man page should be like, in the eyes of the other program that shows them.</summary>
    [Fact]
    public async Task The_other_formatter_has_nothing_to_say_either()
    {
        Requires.Programs("mandoc");
        Outcome outcome = await Command.RunAsync(TimeSpan.FromSeconds(20), null, ["mandoc", "-Tlint", "-W", "warning", .. Pages()]);
        Assert.Equal((0, "", ""), (outcome.ExitCode, outcome.Output, outcome.Error));
    }

    private static IEnumerable<string> Pages() => Directory.EnumerateFiles(s_pages, "*.*", SearchOption.AllDirectories);
}

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

    private static IEnumerable<string> Pages() => Directory.EnumerateFiles(s_pages, "*.*", SearchOption.AllDirectories);
}

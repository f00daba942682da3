using System.Reflection;
using System.Text.RegularExpressions;
using IoPkt.Daemon.CommandLine;
using IoPkt.Daemon.Hosting;
using IoPkt.Daemon.Interfaces;
using IoPkt.Daemon.Tests.Modules;

namespace IoPkt.Daemon.Tests;

/// <summary>docs/manual-page-map.md is true: what it names is there, and what there is has its row.</summary>
public sealed partial class ManualPageMapTests
{
    private static readonly string s_repository = typeof(ManualPageMapTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Repository").Value!;

    private static readonly string[] s_projects = ["Stack", "Daemon", "Client", "EndToEnd"];

    private static readonly Variant s_variant = new("io-pkt-v4", []);

    /// <summary>Section, line of the manual page, tests.</summary>
    private static readonly List<(string Section, string Line, string Tests)> s_rows = ReadRows();

    [Fact]
    public void Every_row_names_tests_that_there_are()
    {
        Dictionary<string, Dictionary<string, string>> projects = s_projects.ToDictionary(p => p, ReadClasses);
        List<string> wrong = [];
        foreach ((_, string line, string tests) in s_rows)
        {
            if (!Named().IsMatch(tests))
                wrong.Add($"no test: {line}");
            foreach (string group in tests.Split("; "))
            {
                Match project = Project().Match(group);
                if (!project.Success || !projects.TryGetValue(project.Groups[1].Value, out Dictionary<string, string>? classes))
                    wrong.Add($"no project: {group}");
                else
                    wrong.AddRange(Named().Matches(group).Select(named => Problem(classes, named.Groups[1].Value, named.Groups[2].Value)).OfType<string>());
            }
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_option_of_the_command_line_has_a_row()
    {
        // What help and version do is any program's.
        string[] own = [.. new DaemonCommand(s_variant).OptionNames.Except(["--help", "-h", "-?", "/h", "/?", "--version"])];
        Assert.Equal(own.Where(name => name.Length == 2).Append("--foreground").Order(), OptionsOf("The command line", CommandLineOption()));
    }

    [Fact]
    public void Every_option_of_tcpip_has_a_row() => Assert.Equal(new TcpipOptions([], s_variant).Known, OptionsOf("-p tcpip", PlainOption()));

    [Fact]
    public void Every_option_of_every_driver_has_a_row() =>
        Assert.Equal(GenericDriverOptions.For(new AnyUsbDriver(), isLegacy: false).Select(option => option.Name).Order(), OptionsOf("Generic driver options", PlainOption()));

    [Theory]
    [InlineData("docs/io-pkt-v4.md", @"[`/]{0}(?:=|\[|`)")]
    [InlineData("docs/man/io-pkt-v4.8", @"[ ,]{0}(?:=|$|,)")]
    public void Every_option_is_in_the_documentation(string file, string form)
    {
        string text = File.ReadAllText(Path.Combine(s_repository, file));
        IEnumerable<string> names = new TcpipOptions([], s_variant).Known.Concat(GenericDriverOptions.For(new AnyUsbDriver(), isLegacy: false).Select(option => option.Name));
        Assert.All(names, name => Assert.Matches(new Regex(form.Replace("{0}", name, StringComparison.Ordinal), RegexOptions.Multiline), text));
    }

    /// <summary>In the section of its own that a module has in either page.</summary>
    [Theory]
    [InlineData("-d tap")]
    [InlineData("-d packet")]
    [InlineData("-d pcap")]
    [InlineData("-d udp")]
    [InlineData("-p autoip")]
    public async Task Every_option_of_a_module_is_in_the_documentation(string asked)
    {
        await using ModuleFixture fixture = new();
        string name = asked[3..];
        IReadOnlyList<ModuleOption> options = asked.StartsWith("-d", StringComparison.Ordinal) ? fixture.Loader.LoadDriver(name, null).Module.Entry!.Options : fixture.Loader.LoadProtocol(name).Entry!.Options;
        string page = name == "autoip" ? File.ReadAllText(Path.Combine(s_repository, "docs/lsm-autoip.md")) : Section("docs/io-pkt-v4.md", $"## `{asked}`\n", "\n## ");
        string manual = Section("docs/man/io-pkt-v4.8", $".Ss Options of {asked}\n", "\n.Ss ");
        Assert.NotEmpty(options);
        Assert.All(options, option => Assert.Contains($"| `{option.Name}", page, StringComparison.Ordinal));
        Assert.All(options, option => Assert.Matches($@"Cm {option.Name}(=|$| )", manual.ReplaceLineEndings(" ")));

        static string Section(string file, string heading, string next)
        {
            string text = File.ReadAllText(Path.Combine(s_repository, file));
            int at = text.IndexOf(heading, StringComparison.Ordinal);
            Assert.True(at >= 0, $"{file} has no {heading}");
            return text[at..text.IndexOf(next, at + heading.Length, StringComparison.Ordinal)];
        }
    }

    /// <summary>Those with which a row of the section begins.</summary>
    private static IEnumerable<string> OptionsOf(string section, Regex option)
    {
        string[] lines = [.. s_rows.Where(row => row.Section == section).Select(row => row.Line)];
        Assert.NotEmpty(lines);
        return lines.Select(line => option.Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);
    }

    private static string? Problem(Dictionary<string, string> classes, string type, string method)
    {
        if (!classes.TryGetValue(type, out string? source))
            return $"no class {type}";
        return method.Length == 0 || Regex.IsMatch(source, $@"public [\w<>]+ (?:Task )?{Regex.Escape(method)}\(") ? null : $"no test {type}.{method}";
    }

    /// <summary>The source of each class of a project's.</summary>
    private static Dictionary<string, string> ReadClasses(string project)
    {
        Dictionary<string, string> classes = [];
        foreach (string file in Directory.EnumerateFiles(Path.Combine(s_repository, "tests", $"IoPkt.{project}.Tests"), "*Tests.cs", SearchOption.AllDirectories))
        {
            string source = File.ReadAllText(file);
            foreach (Match declared in TestClass().Matches(source))
                classes[declared.Groups[1].Value] = source;
        }
        return classes;
    }

    private static List<(string, string, string)> ReadRows()
    {
        List<(string, string, string)> rows = [];
        string section = "";
        foreach (string line in File.ReadLines(Path.Combine(s_repository, "docs", "manual-page-map.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = line[3..];
            string[] cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (cells is ["", var first, var second, ""] && second is not ("test" or "---"))
                rows.Add((section, first, second));
        }
        return rows;
    }

    private sealed class AnyUsbDriver : IUsbDriver
    {
        public IReadOnlyList<ModuleOption> Options => [];

        public bool Supports(UsbDevice device) => false;

        public IReadOnlyList<IDevice> Attach(DriverContext context) => [];
    }

    [GeneratedRegex("^(Stack|Daemon|Client|EndToEnd): `")]
    private static partial Regex Project();

    [GeneratedRegex(@"`(\w+Tests)(?:\.(\w+))?`")]
    private static partial Regex Named();

    [GeneratedRegex(@"public sealed (?:partial )?class (\w+Tests)\b")]
    private static partial Regex TestClass();

    [GeneratedRegex("^`(-[A-Za-z?]|--[a-z]+)")]
    private static partial Regex CommandLineOption();

    [GeneratedRegex("^`([a-z0-9_]+)")]
    private static partial Regex PlainOption();
}

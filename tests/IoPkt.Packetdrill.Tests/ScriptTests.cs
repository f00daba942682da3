using IoPkt.Packetdrill.Tests.Language;
using IoPkt.Packetdrill.Tests.Play;

namespace IoPkt.Packetdrill.Tests;

/// <summary>Every script in <c>tests/packetdrill</c>. packetdrill itself plays them too: see docs/packetdrill.md.</summary>
public class ScriptTests
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "scripts");

    public static IEnumerable<TheoryDataRow<string>> Scripts =>
        Directory.EnumerateFiles(Root, "*.pkt", SearchOption.AllDirectories).Select(file => new TheoryDataRow<string>(Path.GetRelativePath(Root, file))).OrderBy(row => row.Data);

    [Theory]
    [MemberData(nameof(Scripts))]
    public void TheHostDoesWhatTheScriptSays(string script) => Player.Play(ScriptParser.Parse(File.ReadAllText(Path.Combine(Root, script))));
}

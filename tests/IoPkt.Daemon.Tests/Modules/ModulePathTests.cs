using IoPkt.Daemon.Modules;

namespace IoPkt.Daemon.Tests.Modules;

/// <summary>Which file a module's name means.</summary>
public sealed class ModulePathTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("io-pkt-test-");
    private readonly string _first;
    private readonly string _install;

    public ModulePathTests()
    {
        _first = _root.CreateSubdirectory("first").FullName;
        _install = _root.CreateSubdirectory("install").FullName;
    }

    [Theory]
    [InlineData("tap", "install/devnp-tap.dll")]
    [InlineData("devnp-tap", "install/devnp-tap.dll")]
    [InlineData("devnp-tap.so", "install/devnp-tap.dll")]
    [InlineData("devnp-tap.dll", "install/devnp-tap.dll")]
    [InlineData("tap.so", "install/devnp-tap.dll")]
    [InlineData("udp", "install/devn-udp.dll")]
    [InlineData("devn-udp.so", "install/devn-udp.dll")]
    [InlineData("both", "install/devnp-both.dll")]
    [InlineData("devn-both", "first/devn-both.dll")]
    [InlineData("twice", "first/devnp-twice.dll")]
    [InlineData("/lib/dll/devnp-tap.so", "install/devnp-tap.dll")]
    [InlineData("/lib/dll/devn-udp.so", "install/devn-udp.dll")]
    [InlineData("{root}/install/devnp-twice.so", "install/devnp-twice.dll")]
    [InlineData("{root}/install/devnp-twice.dll", "install/devnp-twice.dll")]
    [InlineData("{root}/install/devnp-twice", "install/devnp-twice.dll")]
    public void A_name_is_found(string name, string expected)
    {
        Make("install/devnp-tap.dll", "install/devn-udp.dll", "first/devn-both.dll", "install/devnp-both.dll", "first/devnp-twice.dll", "install/devnp-twice.dll");
        Assert.Equal(Path.Combine(_root.FullName, expected), Find(name));
    }

    [Fact]
    public void A_name_that_is_not_found_tells_every_file_that_was_tried()
    {
        string message = Assert.Throws<ModuleException>(() => Find("nothing")).Message;
        Assert.Equal($"no module nothing; tried {_first}/devnp-nothing.dll, {_install}/devnp-nothing.dll, {_first}/devn-nothing.dll, {_install}/devn-nothing.dll", message);
        Assert.Equal("no module /x/devnp-y.so; tried /x/devnp-y.dll", Assert.Throws<ModuleException>(() => Find("/x/devnp-y.so")).Message);
        Assert.Equal($"no module devn-udp; tried {_first}/devn-udp.dll, {_install}/devn-udp.dll", Assert.Throws<ModuleException>(() => Find("devn-udp")).Message);
        string protocol = Assert.Throws<ModuleException>(() => Path_().Find("nothing", ModuleNaming.Protocols)).Message;
        Assert.Equal($"no module nothing; tried {_first}/lsm-nothing.dll, {_install}/lsm-nothing.dll", protocol);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".so")]
    [InlineData("/")]
    [InlineData("/lib/dll/")]
    [InlineData("/lib/dll/.dll")]
    public void A_name_without_a_name_is_refused(string name) => Assert.Contains("isn't a module's name", Assert.Throws<ModuleException>(() => Find(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_folder_is_listed_as_it_would_be_searched()
    {
        Make("install/devnp-tap.dll", "first/devnp-twice.dll", "install/devnp-twice.dll", "install/devn-udp.dll");
        Assert.Equal(["first/devnp-twice.dll", "install/devnp-tap.dll"], Path_().List("devnp-").Select(f => Path.GetRelativePath(_root.FullName, f)));
    }

    public void Dispose() => _root.Delete(recursive: true);

    private ModulePath Path_() => new(_first, _install);

    private string Find(string name) => Path_().Find(name.Replace("{root}", _root.FullName, StringComparison.Ordinal), ModuleNaming.Drivers);

    private void Make(params string[] files)
    {
        foreach (string file in files)
            File.WriteAllText(Path.Combine(_root.FullName, file), "");
    }
}

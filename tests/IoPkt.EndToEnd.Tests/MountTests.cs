using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>The forms of mount's and umount's command lines, and what is passed on to the system's programs of those names.</summary>
public sealed class MountTests
{
    [Fact]
    public async Task A_module_is_found_by_every_form_of_its_name_and_goes_by_every_form_of_umount()
    {
        await using Daemons daemons = await Daemons.CreateAsync();
        string prefix = await daemons.StartAsync(0, "lo0");
        string file = Path.Combine(Installation.TestModules, "devnp-faulty");
        string folder = Path.GetFileName(Installation.TestModules);
        string[] names =
        [
            "faulty", "devnp-faulty", "devnp-faulty.so", "devnp-faulty.dll", "faulty.so", "/lib/dll/devnp-faulty.so", file, file + ".so", file + ".dll",
            "./devnp-faulty.so", $"../{folder}/devnp-faulty", $"./../{folder}/devnp-faulty.dll",
        ];
        string[][] forms = [["-T", "io-pkt"], ["-Tio-pkt"], ["-T", "io-pkt0"], ["-t", "io-net"], ["-tio-net0"], ["-T", "tcpip"]];
        for (int i = 0; i < names.Length; i++)
        {
            string[] form = forms[i % forms.Length];
            (await InAsync(Installation.TestModules, "mount", [.. form, names[i]])).Succeeded();
            Assert.Equal("lo0 faulty0", (await daemons.ToolAsync(prefix, "ifconfig", "-l")).Succeeded().Trim());
            (await InAsync("/", "umount", [.. form, "faulty0"])).Succeeded();
            Assert.Equal("lo0", (await daemons.ToolAsync(prefix, "ifconfig", "-l")).Succeeded().Trim());
        }

        // What isn't there is looked for in every place, and each is named; so is a path, from where the user stands.
        Outcome unknown = await InAsync("/", "mount", "-T", "io-pkt", "nosuch");
        Assert.Equal(1, unknown.ExitCode);
        string[] folders = [Installation.TestModules, Path.Combine(Installation.Root, "lib/dll")];
        Assert.Equal($"mount: no module nosuch; tried {string.Join(", ", folders.Select(f => f + "/devnp-nosuch.dll").Concat(folders.Select(f => f + "/devn-nosuch.dll")))}\n", unknown.Error);
        Assert.Equal("mount: no module /usr/share/nosuch.so; tried /usr/share/nosuch.dll\n", (await InAsync("/usr", "mount", "-T", "io-pkt", "share/nosuch.so")).Error);
        Assert.Contains($"no module lsm-nosuch; tried {folders[0]}/lsm-nosuch.dll, {folders[1]}/lsm-nosuch.dll", (await InAsync("/", "mount", "-T", "io-pkt", "lsm-nosuch")).Error,
            StringComparison.Ordinal);

        Task<Outcome> InAsync(string directory, string tool, params string[] arguments) => daemons.Network.RunAsync(TimeSpan.FromSeconds(30),
            new Dictionary<string, string?>(daemons.Environment) { ["SOCK"] = prefix }, ["env", "-C", directory, Installation.Tool(tool), .. arguments]);
    }

    [Theory]
    [InlineData("mount", "-T", "io-pktx", "tap")]
    [InlineData("umount", "-Tio-pkt-1", "tap0")]
    [InlineData("mount")]
    [InlineData("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "with a space", "/a*b")]
    [InlineData("mount", "-Tnfs", "")]
    [InlineData("mount", "--bind", "/io-pkt", "-T")]
    [InlineData("umount", "-l", "/mnt/dev/io-net")]
    [InlineData("umount", "-t", "nfs", "-a")]
    public async Task Any_other_type_is_the_systems_with_arguments_and_exit_code_untouched(string tool, params string[] arguments)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("io-pkt-test-");
        try
        {
            string system = Path.Combine(folder.FullName, tool);
            await File.WriteAllTextAsync(system, "#!/bin/sh\nprintf '<%s>' \"$@\"\necho complaint >&2\nexit 57\n", TestContext.Current.CancellationToken);
            File.SetUnixFileMode(system, (UnixFileMode)0b111_101_101);
            // As for a user who has ours first.
            Dictionary<string, string?> environment = new() { ["PATH"] = $"{Installation.Root}/bin:{folder.FullName}:/usr/bin:/bin" };
            Outcome passedOn = await Command.RunAsync(TimeSpan.FromSeconds(20), environment, [Installation.Tool(tool), .. arguments]);
            string expected = arguments.Length == 0 ? "<>" : string.Concat(arguments.Select(a => $"<{a}>"));
            Assert.Equal((57, expected), (passedOn.ExitCode, passedOn.Output.TrimEnd('\n')));
            // What may have been meant for a stack is said first.
            string? mistyped = arguments.FirstOrDefault(a => a.Contains("io-pktx", StringComparison.Ordinal) || a.Contains("io-pkt-1", StringComparison.Ordinal));
            string doubt = mistyped is null ? "" : $"{tool}: type {mistyped.Replace("-T", "", StringComparison.Ordinal)} isn't a stack's (io-pkt, or io-pktN, N being the number of its -i): the system's {tool} has it\n";
            Assert.Equal(doubt + "complaint\n", passedOn.Error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

using IoPkt.Tools;
using IoPkt.Tools.Ifconfig;
using IoPkt.Tools.Mount;
using IoPkt.Tools.Umount;

namespace IoPkt.Client.Tests.Tools;

public sealed class MountTests : IDisposable
{
    private readonly ToolRunner _tools = new();

    public void Dispose() => _tools.Dispose();

    [Fact]
    public async Task Drivers_and_protocols_are_told_apart_by_name()
    {
        Assert.Equal("tap: tap0\n", await _tools.RunAsync<MountTool>("-T io-pkt -v tap"));
        Assert.Equal("", await _tools.RunAsync<MountTool>("-Tio-pkt1 -o if=tap0 -o debug lsm-autoip.so"));
        Assert.Equal(("lsm-autoip", "if=tap0,debug"), _tools.Harness.Protocols.All.Select(p => (p.Name, p.Options)).Single());
        Assert.Equal("", await _tools.RunAsync<UmountTool>("-T io-pkt lsm-autoip"));
        Assert.Empty(_tools.Harness.Protocols.All);
        Assert.Equal("", await _tools.RunAsync<UmountTool>("-tio-net tap0"));
        Assert.Equal("lo0\n", await _tools.RunAsync<IfconfigTool>("-l"));
        Assert.Equal("tap\n", await _tools.RunAsync<IfconfigTool>("-C"));
    }

    [Fact]
    public async Task An_entry_in_the_name_space_names_stack_and_interface()
    {
        await _tools.RunAsync<MountTool>("-t tcpip tap");
        Assert.Equal("", await _tools.RunAsync<UmountTool>("/alt/dev/io-net/tap0"));
        Assert.Contains("no such interface", await _tools.FailAsync<UmountTool>("/alt/dev/io-net/tap0"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-T io-pkt", "the module is missing")]
    [InlineData("-T io-pkt tap /mnt", "unexpected '/mnt'")]
    [InlineData("-T io-pkt1 -T io-pkt2 tap", "-T is given for two stacks")]
    [InlineData("-T io-pkt -t ext4 tap", "type ext4 is the system's")]
    [InlineData("-T io-pkt -x tap", "unknown option -x")]
    [InlineData("-T io-pkt -o", "option -o requires an argument")]
    public async Task What_makes_no_sense_is_said(string arguments, string expected) =>
        Assert.Contains(expected, await _tools.FailAsync<MountTool>(arguments), StringComparison.Ordinal);

    [Theory]
    [InlineData("io-pkt", true)]
    [InlineData("io-pkt0", true)]
    [InlineData("io-pkt12", true)]
    [InlineData("io-net", true)]
    [InlineData("io-net3", true)]
    [InlineData("tcpip", true)]
    [InlineData("io-pktx", false)]
    [InlineData("io-pkt-1", false)]
    [InlineData("io-pkt99999999999", false)]
    [InlineData("nfs", false)]
    [InlineData("ext4", false)]
    [InlineData("", false)]
    public void Other_types_are_the_systems(string type, bool ours)
    {
        Assert.Equal(ours, StackType.Parse(type) is not null);
        Assert.Equal(ours, MountCommand.Parse(["-t", type, "x"]) is not null);
    }

    [Theory]
    [InlineData("-T io-pktx tap", "mount: type io-pktx isn't a stack's (io-pkt, or io-pktN, N being the number of its -i): the system's mount has it")]
    [InlineData("-o ro -tio-net-1 tap", "mount: type io-net-1 isn't a stack's (io-pkt, or io-pktN, N being the number of its -i): the system's mount has it")]
    [InlineData("-t ext4 /dev/io-pktx /mnt", null)]
    [InlineData("-T", null)]
    public void One_that_only_begins_like_a_stacks_is_doubted(string arguments, string? expected) =>
        Assert.Equal(expected, StackType.Doubt("mount", arguments.Split(' ')));
}

using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>A virtual machine whose only link is to the stack: QEMU's Ethernet over UDP, and devn-udp at the other end.</summary>
public sealed class VirtualMachineTests
{
    private const string GuestAddress = "10.7.0.1", OurAddress = "10.7.0.2";

    private const string Guest = $"""
        ip addr add {GuestAddress}/24 dev eth0; ip link set eth0 up
        httpd -h /www
        echo ready
        ping -c 2 {OurAddress}
        until wget -q -O /tmp/file http://{OurAddress}:8000/file; do sleep 1; done
        sha256sum /tmp/file
        until [ -e /www/cgi-bin/done ]; do sleep 0.2; done
        """;

    [Fact]
    public async Task It_pings_and_transfers_files_both_ways()
    {
        Requires.Preload();
        Requires.Programs("curl", "python3", "ip");
        NetworkNamespace network = await NetworkNamespace.CreateAsync();
        (await network.RunAsync("ip", "link", "set", "lo", "up")).Succeeded();
        await using StackUnderTest stack = await StackUnderTest.StartWithAsync(network, "", "-d", "udp", "local=127.0.0.1:7001,remote=127.0.0.1:7002");
        (await stack.ToolAsync("ifconfig", "en0", $"{OurAddress}/24")).Succeeded();
        DirectoryInfo served = stack.Folder.CreateSubdirectory("served"), root = stack.Folder.CreateSubdirectory("guest");
        RandomFile ours = RandomFile.Create(served, "file", 1_000_000), theirs = RandomFile.Create(root.CreateSubdirectory("www"), "file", 1_500_000);
        string end = Path.Combine(root.CreateSubdirectory("www/cgi-bin").FullName, "end");
        await File.WriteAllTextAsync(end, "#!/bin/sh\ntouch /www/cgi-bin/done\nprintf 'Content-Type: text/plain\\r\\n\\r\\nthe end\\n'\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(end, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        using Command server = stack.StartOverStack("python3", "-u", "-m", "http.server", "8000", "--directory", served.FullName);
        using Command guest = await VirtualMachine.StartAsync(network, root, Guest,
            "dgram,local.type=inet,local.host=127.0.0.1,local.port=7002,remote.type=inet,remote.host=127.0.0.1,remote.port=7001");
        await guest.WaitForOutputAsync("ready", TimeSpan.FromMinutes(1));
        Assert.Contains("2 packets transmitted, 2 packets received", (await stack.ToolAsync("ping", "-c", "2", GuestAddress)).Succeeded(), StringComparison.Ordinal);

        string downloaded = Path.Combine(stack.Folder.FullName, "downloaded");
        (await stack.OverStackAsync("curl", "-sS", "--fail", "-o", downloaded, $"http://{GuestAddress}/file")).Succeeded();
        Assert.Equal(theirs.Hash, RandomFile.HashOf(downloaded));
        await guest.WaitForOutputAsync(ours.Hash, TimeSpan.FromMinutes(1));
        Assert.Contains("2 packets transmitted, 2 packets received", guest.Output, StringComparison.Ordinal);
        Assert.Equal("the end\n", (await stack.OverStackAsync("curl", "-sS", "--fail", $"http://{GuestAddress}/cgi-bin/end")).Succeeded());
        (await guest.WaitAsync(TimeSpan.FromMinutes(1))).Succeeded();
    }
}

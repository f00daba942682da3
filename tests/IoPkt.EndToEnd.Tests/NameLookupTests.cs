using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>Names that programs look up over the stack, by a real name server at the other end.</summary>
public sealed class NameLookupTests
{
    [Fact]
    public async Task A_name_is_found_by_the_stacks_own_resolv_conf()
    {
        Requires.Preload();
        Requires.Programs("dnsmasq", "getent", "curl");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        DirectoryInfo etc = Directory.CreateDirectory(Path.Combine(stack.Prefix, "etc"));
        await File.WriteAllTextAsync(Path.Combine(etc.FullName, "resolv.conf"), $"nameserver {StackUnderTest.KernelAddress}\n", TestContext.Current.CancellationToken);
        using Command names = stack.StartOverKernel("dnsmasq", "--no-daemon", "--no-resolv", "--no-hosts", "--user=root", $"--listen-address={StackUnderTest.KernelAddress}",
            "--bind-interfaces", $"--address=/www.example.test/{StackUnderTest.KernelAddress}", "--local=/test/");
        await StackUnderTest.EventuallyAsync(() => Task.FromResult((names.Error.Contains("started", StringComparison.Ordinal), names.Error)));

        Outcome found = await stack.OverStackAsync("getent", "hosts", "www.example.test");
        Assert.Contains(StackUnderTest.KernelAddress, found.Succeeded(), StringComparison.Ordinal);
        Assert.NotEqual(0, (await stack.OverStackAsync("getent", "hosts", "nobody.test")).ExitCode);

        DirectoryInfo served = stack.Folder.CreateSubdirectory("served");
        await File.WriteAllTextAsync(Path.Combine(served.FullName, "page"), "found by name", TestContext.Current.CancellationToken);
        using Command http = stack.StartOverKernel(Installation.Peer, "http", StackUnderTest.KernelAddress, "8000", served.FullName);
        await http.WaitForOutputAsync("serving", TimeSpan.FromSeconds(10));
        Outcome curl = await stack.OverStackAsync("curl", "-sS", "http://www.example.test:8000/page");
        Assert.Equal("found by name", curl.Succeeded().TrimEnd('\n'));
        etc.Delete(recursive: true);
    }
}

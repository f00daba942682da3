using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>OpenSSH at either end: its server closes what it doesn't know, starts itself again, and talks to strangers from behind a filter of system calls.</summary>
public sealed class SshTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_command_runs_and_its_data_arrive(bool serverOnTheStack)
    {
        Requires.Preload();
        Requires.Root();
        Requires.Programs("sshd", "ssh", "ssh-keygen", "sha256sum");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        string folder = stack.Folder.FullName;
        foreach (string key in (string[])["host", "user"])
            (await stack.OverKernelAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(folder, key))).Succeeded();
        string configuration = Path.Combine(folder, "sshd_config");
        await File.WriteAllTextAsync(configuration, $"""
            Port 2222
            HostKey {folder}/host
            AuthorizedKeysFile {folder}/user.pub
            StrictModes no
            UsePAM no
            PidFile none
            """, TestContext.Current.CancellationToken);
        Directory.CreateDirectory("/run/sshd");
        RandomFile file = RandomFile.Create(stack.Folder, "file", 8 << 20);

        // sshd starts itself again by its full name.
        string[] server = ["/usr/sbin/sshd", "-D", "-e", "-f", configuration];
        using Command sshd = serverOnTheStack ? stack.StartOverStack(server) : stack.StartOverKernel(server);
        await StackUnderTest.EventuallyAsync(() => Task.FromResult((sshd.Error.Contains("Server listening", StringComparison.Ordinal), sshd.Error)));
        string address = serverOnTheStack ? StackUnderTest.StackAddress : StackUnderTest.KernelAddress;
        string[] client = ["sh", "-c", $"ssh -F /dev/null -i {folder}/user -p 2222 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null root@{address} sha256sum < {file.Path}"];
        Outcome ssh = serverOnTheStack ? await stack.OverKernelAsync(client) : await stack.OverStackAsync(client);
        Assert.True(ssh.ExitCode == 0, ssh.Error + sshd.Error);
        Assert.StartsWith(file.Hash, ssh.Output, StringComparison.Ordinal);
        sshd.Signal(NativeMethods.Terminate);
        await sshd.WaitAsync(TimeSpan.FromSeconds(10));
    }
}

namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>
/// QEMU with a kernel that this host has installed, and a root file system in memory: busybox, the modules of a virtio network card, and what the test adds. It's emulated, so it needs no permission; it
/// boots in some seconds.
/// </summary>
internal static class VirtualMachine
{
    private const string Kernels = "/boot";

    private const string Begin = """
        #!/bin/busybox sh
        /bin/busybox --install -s /bin
        mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
        for module in /modules/*; do insmod $module; done
        ip link set lo up

        """;

    /// <param name="network">Where it runs.</param>
    /// <param name="root">What is to be in its root folder; the rest is added here.</param>
    /// <param name="script">Runs as root of the machine, which is switched off at its end. What it prints is the command's output.</param>
    /// <param name="link">QEMU's <c>-netdev</c>, without its id: what's behind eth0.</param>
    public static async Task<Command> StartAsync(NetworkNamespace network, DirectoryInfo root, string script, string link)
    {
        Requires.Programs("qemu-system-x86_64", "modprobe", "busybox", "cp", "xz");
        (string Kernel, string[] Modules)? found = await FindKernelAsync();
        if (found is null)
            Requires.Otherwise($"a kernel in {Kernels} that may be read, and its modules (apt-get install linux-image-cloud-amd64)");
        (string kernel, string[] modules) = found.Value;
        DirectoryInfo folder = root.CreateSubdirectory("modules");
        for (int i = 0; i < modules.Length; i++)
        {
            string copy = Path.Combine(folder.FullName, $"{i:00}.ko");
            (await ShellAsync($"case {modules[i]} in *.xz) xz -dc {modules[i]} > {copy};; *) cp {modules[i]} {copy};; esac")).Succeeded();
        }
        foreach (string name in (string[])["bin", "dev", "proc", "sys", "tmp"])
            root.CreateSubdirectory(name);
        string init = Path.Combine(root.FullName, "init"), image = root.FullName + ".cpio";
        await File.WriteAllTextAsync(init, $"{Begin}{script}\npoweroff -f\n");
        (await ShellAsync($"cp $(command -v busybox) {root.FullName}/bin && chmod 755 {init} && cd {root.FullName} && find . | busybox cpio -o -H newc > {image}")).Succeeded();
        return network.Start(null, "qemu-system-x86_64", "-accel", "tcg", "-m", "256", "-nodefaults", "-no-reboot", "-display", "none", "-serial", "stdio", "-kernel", kernel, "-initrd", image,
            "-append", "console=ttyS0 quiet panic=-1 no_timer_check", "-netdev", $"{link},id=link", "-device", "virtio-net-pci,netdev=link,romfile=");
    }

    /// <summary>The newest kernel that has the modules, and these in the order in which they're loaded; <c>null</c>: there's none.</summary>
    private static async Task<(string Kernel, string[] Modules)?> FindKernelAsync()
    {
        foreach (string kernel in Directory.GetFiles(Kernels, "vmlinuz-*").OrderDescending())
        {
            string version = Path.GetFileName(kernel)["vmlinuz-".Length..];
            Outcome depends = await ShellAsync($"test -r {kernel} && modprobe --set-version {version} --show-depends virtio_pci && modprobe --set-version {version} --show-depends virtio_net");
            if (depends.ExitCode == 0)
            {
                string[] lines = depends.Output.Split('\n');
                return (kernel, [.. lines.Where(l => l.StartsWith("insmod ", StringComparison.Ordinal)).Select(l => l.Split(' ')[1]).Distinct()]);
            }
        }
        return null;
    }

    private static Task<Outcome> ShellAsync(string command) => Command.RunAsync(TimeSpan.FromSeconds(30), null, "sh", "-c", command);
}

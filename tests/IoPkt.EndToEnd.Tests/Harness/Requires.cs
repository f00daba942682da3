using System.Diagnostics.CodeAnalysis;
using Xunit;

namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>What a test needs of the machine. A test that can't have it is skipped, and says what was missing; with CI=true that is a failure.</summary>
internal static class Requires
{
    private static readonly bool s_nothingMayBeSkipped = Environment.GetEnvironmentVariable("CI") == "true";

    private static readonly Lazy<bool> s_mayOpenTun = new(() =>
    {
        try
        {
            File.OpenHandle("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite).Dispose();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    });

    public static void Tap()
    {
        if (!File.Exists("/dev/net/tun"))
            Missing("/dev/net/tun (modprobe tun)");
        if (!s_mayOpenTun.Value)
            Missing("permission to open /dev/net/tun (chmod 666 /dev/net/tun)");
        Programs("unshare", "nsenter");
        if (!NetworkNamespace.IsPossible)
            Missing("a network namespace: run as root, or allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1)");
    }

    public static void Preload()
    {
        Tap();
        if (!File.Exists(Installation.Preload))
            Missing("lib/libsocket.so, which is built when there's a C compiler (apt-get install gcc libc6-dev)");
    }

    public static void Root()
    {
        if (!Environment.IsPrivilegedProcess)
            Missing("root");
    }

    public static void Programs(params string[] names)
    {
        foreach (string name in names)
        {
            if (Find(name) is null)
                Missing($"the program {name}");
        }
    }

    /// <summary>Something else was looked for, and isn't there.</summary>
    [DoesNotReturn]
    public static void Otherwise(string what) => Missing(what);

    private static string? Find(string name) => $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':')
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    [DoesNotReturn]
    private static void Missing(string what)
    {
        if (s_nothingMayBeSkipped)
            Assert.Fail($"this test needs {what}, and CI skips nothing");
        Assert.Skip($"needs {what}");
    }
}

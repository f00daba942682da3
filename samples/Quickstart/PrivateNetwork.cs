using System.Diagnostics;

namespace IoPkt.Quickstart;

/// <summary>The network namespace that all of it happens in, so that nothing of the machine's own network is touched, and root isn't needed.</summary>
internal static class PrivateNetwork
{
    private const string Marker = "IOPKT_QUICKSTART_INSIDE";

    public static bool Outside => Environment.GetEnvironmentVariable(Marker) is null;

    /// <summary>Runs this program again, inside.</summary>
    public static int RunInside(string[] args)
    {
        // A user namespace makes an ordinary user root of the network namespace within it; root itself needs only the latter.
        string[] unshare = Environment.IsPrivilegedProcess ? ["--net"] : ["--user", "--map-root-user", "--net"];
        ProcessStartInfo start = new("unshare", [.. unshare, Environment.ProcessPath!, .. args]);
        start.Environment[Marker] = "1";
        try
        {
            using Process inside = Process.Start(start)!;
            inside.WaitForExit();
            if (inside.ExitCode == 1 && !Environment.IsPrivilegedProcess)
                Console.Error.WriteLine("If unshare was not permitted: allow user namespaces (sysctl -w kernel.unprivileged_userns_clone=1), or run this as root.");
            return inside.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.Error.WriteLine("Quickstart needs unshare(1) to make a private network; it is in the package util-linux.");
            return 1;
        }
    }
}

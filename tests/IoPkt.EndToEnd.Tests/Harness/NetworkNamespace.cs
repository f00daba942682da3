using System.Diagnostics;
using System.Globalization;

namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>
/// A private network namespace, which goes with the test. Root gets a plain one; anybody else gets one inside a user namespace, where they are root.
/// </summary>
internal sealed class NetworkNamespace : IDisposable
{
    private static readonly string[] s_unshare = Environment.IsPrivilegedProcess ? ["unshare", "--net"] : ["unshare", "--user", "--map-root-user", "--net"];
    private static readonly Lazy<bool> s_isPossible = new(() => Try([.. s_unshare, "true"]));

    private readonly Process _holder;

    private NetworkNamespace(Process holder) => _holder = holder;

    public static bool IsPossible => s_isPossible.Value;

    /// <summary>A process inside, by which others can name the namespace.</summary>
    public int HolderId => _holder.Id;

    public static async Task<NetworkNamespace> CreateAsync()
    {
        // The holder says when it's inside, so that nobody enters a namespace that isn't there yet.
        ProcessStartInfo start = new(s_unshare[0], [.. s_unshare[1..], "sh", "-c", "echo inside; exec sleep infinity"]) { RedirectStandardOutput = true };
        NetworkNamespace created = new(Process.Start(start)!);
        await created._holder.StandardOutput.ReadLineAsync();
        // The kernel's own side should not answer for an address on another of its interfaces, nor choose a congestion control that paces.
        (await created.RunAsync("sh", "-c", """
            for f in /proc/sys/net/ipv4/conf/*/arp_ignore; do echo 1 > $f; done
            echo reno > /proc/sys/net/ipv4/tcp_congestion_control 2>/dev/null || true
            """)).Succeeded();
        return created;
    }

    public Task<Outcome> RunAsync(params IEnumerable<string> commandLine) => RunAsync(TimeSpan.FromMinutes(2), null, commandLine);

    public Task<Outcome> RunAsync(TimeSpan limit, IReadOnlyDictionary<string, string?>? environment, params IEnumerable<string> commandLine) =>
        Command.RunAsync(limit, environment, Enter(commandLine));

    public Command Start(IReadOnlyDictionary<string, string?>? environment, params IEnumerable<string> commandLine) =>
        Command.Start(environment, Enter(commandLine));

    public void Dispose()
    {
        _holder.Kill(entireProcessTree: true);
        _holder.WaitForExit();
        _holder.Dispose();
    }

    private static bool Try(string[] commandLine)
    {
        using Process process = Process.Start(new ProcessStartInfo(commandLine[0], commandLine[1..]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private IEnumerable<string> Enter(IEnumerable<string> commandLine)
    {
        string target = _holder.Id.ToString(CultureInfo.InvariantCulture);
        string[] user = Environment.IsPrivilegedProcess ? [] : ["--user", "--preserve-credentials"];
        return ["nsenter", "--target", target, "--net", .. user, .. commandLine];
    }
}

using System.Globalization;
using IoPkt.Daemon.Management;
using IoPkt.Daemon.Sockets.Native;

namespace IoPkt.Daemon.Sockets;

/// <summary>Who may do what: root and the daemon's own user may use raw sockets and ports below 1024, and configure the stack.</summary>
internal sealed class AccessControl
{
    /// <summary>The first port that anybody may bind: Linux's <c>net.ipv4.ip_unprivileged_port_start</c>, BSD's IPPORT_RESERVED.</summary>
    public const int FirstUnprivilegedPort = 1024;

    private readonly uint _overflowUser = ReadOverflowUser();

    /// <summary>
    /// In a user namespace the kernel gives us users mapped into ours; those that aren't mapped all show as one, the overflow user, who therefore is nobody in particular.
    /// </summary>
    /// <remarks>The daemon's user may change once, with <c>-U</c>.</remarks>
    public bool IsPrivileged(uint user) => user == 0 || (user == Libc.EffectiveUser() && user != _overflowUser);

    public ClientCredentials Describe(in PeerCredentials peer) => new(peer.ProcessId, peer.UserId, peer.GroupId, IsPrivileged(peer.UserId));

    private static uint ReadOverflowUser()
    {
        try
        {
            return uint.Parse(File.ReadAllText("/proc/sys/kernel/overflowuid").Trim(), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return 65534;
        }
    }
}

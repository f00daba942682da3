using System.Runtime.InteropServices;
using IoPkt.Daemon.Hosting.Native;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Hosting;

/// <summary>
/// <c>-U</c>: once the drivers of the command line are started, the daemon becomes an ordinary user, who is then the daemon's user to its clients. What needs the host's
/// privileges after that (another TAP device, say) is refused by the host.
/// </summary>
internal sealed partial class PrivilegeService(UserIdentity identity, PrefixFolder prefix, ILogger<PrivilegeService> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        prefix.GiveTo(identity);
        // The C library does each of these for all threads of the process.
        if (LibC.SetGroups(0, []) != 0 || LibC.SetGroup(identity.Group, identity.Group, identity.Group) != 0 || LibC.SetUser(identity.User, identity.User, identity.User) != 0)
            throw new StartupException($"option -U: can't become user {identity.User}, group {identity.Group}: {Marshal.GetLastPInvokeErrorMessage()}; start it as root");
        // A process that changes its user leaves no core dump unless it says that it may.
        _ = LibC.ProcessControl(LibC.PR_SET_DUMPABLE, 1);
        LogChanged(logger, identity.User, identity.Group);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "now user {User}, group {Group}")]
    private static partial void LogChanged(ILogger logger, uint user, uint group);
}

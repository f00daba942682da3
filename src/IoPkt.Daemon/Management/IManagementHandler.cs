namespace IoPkt.Daemon.Management;

/// <summary>Who makes a request, by <c>SO_PEERCRED</c> of the connection that it came by: the kernel's word, mapped into the daemon's user namespace.</summary>
/// <param name="ProcessId">The process that connected; 0 when it isn't visible from here.</param>
/// <param name="UserId">Its effective user.</param>
/// <param name="GroupId">Its effective group.</param>
/// <param name="IsPrivileged">It's root, or the daemon's own user: it may change the stack's configuration.</param>
public readonly record struct ClientCredentials(int ProcessId, uint UserId, uint GroupId, bool IsPrivileged);

/// <summary>Answers the <c>MANAGE</c> operation of the wire format: what the tools ask of the daemon.</summary>
public interface IManagementHandler
{
    /// <summary>
    /// Answers one request. Called in the stack context, so it must not block: work that takes time goes on elsewhere, and the task ends when the answer is there.
    /// </summary>
    /// <param name="json">The request, UTF-8. Valid until the task ends.</param>
    /// <param name="who">Who asks.</param>
    /// <returns>The answer, UTF-8 JSON, of any length.</returns>
    /// <exception cref="ManagementException">The request is refused: its error number is the reply's.</exception>
    Task<ReadOnlyMemory<byte>> HandleAsync(ReadOnlyMemory<byte> json, ClientCredentials who);
}

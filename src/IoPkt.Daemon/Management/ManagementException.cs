namespace IoPkt.Daemon.Management;

/// <summary>A management request that is refused as a whole: the client sees the error number and the message.</summary>
/// <param name="error">Not <see cref="Errno.None"/>.</param>
/// <param name="message">For the tool's user.</param>
public sealed class ManagementException(Errno error, string message) : Exception(message)
{
    public Errno Error { get; } = error;
}

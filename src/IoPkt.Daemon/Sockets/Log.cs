using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Sockets;

/// <summary>What the socket service says in the log.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "serving sockets at {Path}")]
    public static partial void Serving(this ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "replaced the stale entry {Path}")]
    public static partial void StaleReplaced(this ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "out of descriptors or memory for sockets with {Count} in use: {Error} (see RLIMIT_NOFILE; said once)")]
    public static partial void DescriptorsExhausted(this ILogger logger, int count, Errno error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "all {Count} pseudo-threads for clients' operations are in use, and the next wait for one (see -p tcpip threads_max=; said once)")]
    public static partial void OperationsExhausted(this ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "a client's socket failed; it is closed, the others go on")]
    public static partial void WorkFailed(this ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "a client's request failed; only that request is lost")]
    public static partial void RequestFailed(this ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "a management request failed")]
    public static partial void ManagementFailed(this ILogger logger, Exception exception);
}

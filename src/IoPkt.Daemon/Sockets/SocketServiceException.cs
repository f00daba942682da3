namespace IoPkt.Daemon.Sockets;

/// <summary>The socket service can't start; the message is for the person who starts the daemon.</summary>
public sealed class SocketServiceException : Exception
{
    public SocketServiceException(string message)
        : base(message)
    {
    }

    public SocketServiceException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

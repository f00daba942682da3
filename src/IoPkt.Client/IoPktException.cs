using System.Net.Sockets;

namespace IoPkt.Client;

/// <summary>The daemon refused a request, or there is none. The message is for the program's user.</summary>
public sealed class IoPktException : IOException
{
    public IoPktException(int errno, string message)
        : base(message, new SocketException((int)Errors.ToSocketError(errno))) => Errno = errno;

    public IoPktException(int errno, string message, Exception inner)
        : base(message, inner) => Errno = errno;

    /// <summary>Linux's error number.</summary>
    public int Errno { get; }
}

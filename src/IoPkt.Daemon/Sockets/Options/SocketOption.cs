using IoPkt.Daemon.Management;

namespace IoPkt.Daemon.Sockets.Options;

/// <summary>One option that a client can ask for by level and name.</summary>
internal abstract class SocketOption(int level, int name, Func<SocketPair, bool>? applies)
{
    public int Level => level;

    public int Name => name;

    /// <summary>Whether this socket has it; to others it's unknown (<see cref="Errno.NoProtocolOption"/>).</summary>
    public bool AppliesTo(SocketPair pair) => applies?.Invoke(pair) ?? true;

    /// <param name="pair">Whose.</param>
    /// <param name="value">As large as the caller's buffer; a longer value is cut.</param>
    /// <param name="length">Bytes written.</param>
    public abstract Errno Get(SocketPair pair, Span<byte> value, out int length);

    public abstract Errno Set(SocketPair pair, ReadOnlySpan<byte> value, in ClientCredentials client);
}

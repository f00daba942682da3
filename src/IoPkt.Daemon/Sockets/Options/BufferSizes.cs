using IoPkt.Stack;

namespace IoPkt.Daemon.Sockets.Options;

/// <summary>
/// SO_SNDBUF and SO_RCVBUF with Linux's doubling: a caller asks for room for data and is told twice that, for the bookkeeping around it. A datagram socket's
/// limit counts memory, so it's doubled in fact; TCP's counts data, so only the report is doubled.
/// </summary>
internal static class BufferSizes
{
    /// <returns>The limit for the socket: at most <c>kern.sbmax</c>. As in Linux a size out of range is silently the nearest one that's allowed, also a negative one.</returns>
    public static int Clamp(SocketPair pair, int wanted, int least)
    {
        int largest = Math.Max(least, pair.Runtime.Stack.Settings.MaximumBuffer);
        int size = wanted < 0 ? largest : Math.Clamp(wanted, least, largest);
        return pair.Socket.Type == SocketType.Stream ? size : 2 * size;
    }

    public static int Report(SocketPair pair, int limit) => pair.Socket.Type == SocketType.Stream ? 2 * limit : limit;
}

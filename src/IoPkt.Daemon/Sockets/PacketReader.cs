using IoPkt.Daemon.Sockets.Native;
using static IoPkt.Daemon.Sockets.Native.Constants;

namespace IoPkt.Daemon.Sockets;

/// <summary>
/// Reads from descriptors straight into packet memory. How much waits isn't known before, so there's always a large cluster at hand to read into: a bulk read keeps
/// it, a small one is moved to small memory, and the large cluster is there for the next reader. One for all sockets; used in the stack context only.
/// </summary>
/// <param name="pool">Where buffers come from.</param>
/// <param name="counters">Where reads of streams are counted.</param>
/// <param name="receiveContext"><c>recv_ctxt</c>: bytes of a stream that are read at one time. A datagram is read whole.</param>
internal sealed unsafe class PacketReader(MbufPool pool, SocketServiceCounters counters, int receiveContext) : IDisposable
{
    private Mbuf? _large;

    /// <summary>Up to so many bytes are copied: a socket shouldn't be charged 68 KiB of memory for a few.</summary>
    private int CopyLimit => 4 * pool.ClusterSize;

    /// <summary>The most that one read of a stream asks for.</summary>
    public int LargestRead { get; } = Math.Min(receiveContext, pool.LargeClusterSize);

    /// <summary>Reads what a stream has, up to <paramref name="limit"/> bytes.</summary>
    /// <param name="socket">The host's descriptor.</param>
    /// <param name="limit">At least 1.</param>
    /// <param name="data">What was read.</param>
    /// <param name="error"><see cref="Errno.TryAgain"/>: nothing there; <see cref="Errno.OutOfMemory"/>: the pool is dry, nothing was read.</param>
    /// <returns>Bytes read; 0 at the end, or −1.</returns>
    public int ReadStream(int socket, int limit, out Mbuf? data, out Errno error)
    {
        data = null;
        error = Errno.None;
        _large ??= pool.GetLargeCluster();
        if (_large is null)
        {
            error = Errno.OutOfMemory;
            return -1;
        }
        int size = Math.Min(limit, LargestRead);
        int count = (int)Libc.Receive(socket, (void*)_large.TrailingAddress, (nuint)size, MsgDontWait);
        if (count < 0)
            error = Descriptor.LastError;
        if (count > 0)
        {
            counters.StreamReads.Increment();
            counters.StreamBytes.Add(count);
            data = Keep(count);
        }
        return count;
    }

    /// <summary>Reads one message of a <c>SOCK_SEQPACKET</c> socket, with room for headers in front.</summary>
    /// <returns>Bytes read; 0 at the end, or −1 with an error: <see cref="Errno.MessageTooLong"/> if the message is longer than any datagram.</returns>
    public int ReadMessage(int socket, out Mbuf? message, out Errno error)
    {
        message = null;
        error = Errno.OutOfMemory;
        _large ??= pool.GetLargeCluster();
        Mbuf? small = pool.GetCluster();
        if (_large is null || small is null)
        {
            small?.Free();
            return -1;
        }
        small.Reserve(Mbuf.HeaderRoom);
        IoVector* vectors = stackalloc IoVector[2];
        vectors[0] = new IoVector { Base = small.TrailingAddress, Length = (nuint)small.TrailingSpace };
        vectors[1] = new IoVector { Base = _large.TrailingAddress, Length = (nuint)_large.TrailingSpace };
        MessageHeader header = new() { Vectors = vectors, VectorCount = 2 };
        int count = (int)Libc.ReceiveMessage(socket, &header, MsgDontWait);
        error = count < 0 ? Descriptor.LastError : (header.Flags & MsgTruncated) != 0 ? Errno.MessageTooLong : Errno.None;
        if (count <= 0 || error != Errno.None)
        {
            small.Free();
            return error == Errno.None ? 0 : -1;
        }
        int first = Math.Min(count, small.TrailingSpace);
        small.Commit(first);
        if (count > first)
        {
            Mbuf rest = _large;
            _large = null;
            rest.Commit(count - first);
            small.Concatenate(rest);
        }
        message = small;
        return count;
    }

    public void Dispose()
    {
        _large?.Free();
        _large = null;
    }

    private Mbuf Keep(int count)
    {
        Mbuf large = _large!;
        if (count <= CopyLimit)
        {
            Mbuf? small = count <= Mbuf.InternalSize ? pool.Get() : pool.GetCluster();
            if (small is not null && small.Append(large.TrailingSpan[..count]))
                return small;
            small?.Free();
        }
        _large = null;
        large.Commit(count);
        return large;
    }
}

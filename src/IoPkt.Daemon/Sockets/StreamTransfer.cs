using System.Runtime.CompilerServices;
using IoPkt.Daemon.Sockets.Native;
using IoPkt.Stack;
using static IoPkt.Daemon.Sockets.Native.Constants;

namespace IoPkt.Daemon.Sockets;

/// <summary>Why a transfer stopped.</summary>
internal enum TransferEnd
{
    /// <summary>The source has nothing more just now.</summary>
    SourceEmpty,
    /// <summary>The source has ended for good.</summary>
    SourceEnded,
    /// <summary>The destination takes no more just now.</summary>
    DestinationFull,
    /// <summary>The destination takes nothing any more.</summary>
    DestinationClosed,
    /// <summary>The client closed its descriptor with data of ours unread.</summary>
    Reset,
    /// <summary>The share of this batch is used up.</summary>
    ShareUsed,
    /// <summary>The pool is dry.</summary>
    NoMemory,
}

/// <summary>Moves a stream's bytes between a client's descriptor and TCP, in either direction, without a copy between the kernel's and the segments' memory.</summary>
internal static unsafe class StreamTransfer
{
    /// <summary>Bytes that one socket moves in one direction in one batch.</summary>
    private const int Share = 256 * 1024;

    /// <summary>Pieces of memory in one call. The kernel takes 1024.</summary>
    private const int MaximumVectors = 128;

    /// <summary>
    /// Writes what TCP has received to the client, and opens the window by as much. The last urgent byte goes by itself with MSG_OOB: the kernel gives the client its mark, SIGURG, POLLPRI and SO_OOBINLINE. A
    /// kernel without that passes it on as any other.
    /// </summary>
    [SkipLocalsInit]
    public static TransferEnd ToClient(TcpSocket tcp, int descriptor)
    {
        IoVector* vectors = stackalloc IoVector[MaximumVectors];
        int left = Share;
        while (tcp.Received is { } data)
        {
            if (left <= 0)
                return TransferEnd.ShareUsed;
            int count = 0, offered = 0, urgent = tcp.UrgentOffset, limit = urgent == 0 ? int.MaxValue : Math.Max(1, urgent - 1);
            for (Mbuf? m = data; m is not null && count < MaximumVectors && offered < Math.Min(left, limit); m = m.Next)
            {
                if (m.Length == 0)
                    continue;
                int length = Math.Min(m.Length, limit - offered);
                vectors[count++] = new IoVector { Base = m.Address, Length = (nuint)length };
                offered += length;
            }
            if (count == 0)
                return TransferEnd.SourceEmpty;
            MessageHeader header = new() { Vectors = vectors, VectorCount = (nuint)count };
            int sent = (int)Libc.SendMessage(descriptor, &header, MsgDontWait | MsgNoSignal | (urgent == 1 ? MsgOutOfBand : 0));
            if (sent < 0 && urgent == 1 && Descriptor.LastError == Errno.NotSupported)
                sent = (int)Libc.SendMessage(descriptor, &header, MsgDontWait | MsgNoSignal);
            if (sent < 0)
            {
                return Descriptor.LastError switch
                {
                    Errno.TryAgain or Errno.NoBuffers or Errno.OutOfMemory or Errno.Interrupted => TransferEnd.DestinationFull,
                    Errno.ConnectionReset => TransferEnd.Reset,
                    _ => TransferEnd.DestinationClosed,
                };
            }
            tcp.Consume(sent);
            left -= sent;
            if (sent < offered)
                return TransferEnd.DestinationFull;
        }
        return TransferEnd.SourceEmpty;
    }

    /// <summary>Reads what the client has written, as far as TCP's send buffer takes it.</summary>
    /// <param name="tcp">Where it goes.</param>
    /// <param name="descriptor">Our end of the pair.</param>
    /// <param name="reader">The service's.</param>
    /// <param name="mayBeUrgent">Something of it may have been written with MSG_OOB, before which a read ends.</param>
    /// <param name="isEnding">
    /// The client is known to write no more, so the end must be reached. Otherwise a read that brings less than it asked for has emptied the pair, and what comes later brings an event of its own.
    /// </param>
    public static TransferEnd FromClient(TcpSocket tcp, int descriptor, PacketReader reader, bool mayBeUrgent, bool isEnding)
    {
        for (int left = Share; left > 0;)
        {
            int space = Math.Min(tcp.SendSpace, left);
            if (space <= 0)
                return TransferEnd.DestinationFull;
            bool isUrgent = mayBeUrgent && UnixSocket.IsAtMark(descriptor);
            int size = isUrgent ? 1 : Math.Min(space, reader.LargestRead);
            int count = reader.ReadStream(descriptor, size, out Mbuf? data, out Errno error);
            if (count == 0)
                return TransferEnd.SourceEnded;
            if (count < 0)
            {
                return error switch
                {
                    Errno.TryAgain or Errno.Interrupted => TransferEnd.SourceEmpty,
                    Errno.OutOfMemory => TransferEnd.NoMemory,
                    _ => TransferEnd.Reset,
                };
            }
            if (tcp.Send(data!) != Errno.None)
                return TransferEnd.DestinationClosed;
            if (isUrgent)
                tcp.MarkUrgent();
            if (count < size && !isEnding && !mayBeUrgent)
                return TransferEnd.SourceEmpty;
            left -= count;
        }
        return TransferEnd.ShareUsed;
    }

    /// <summary>Reads and forgets up to <paramref name="limit"/> bytes.</summary>
    /// <returns>Bytes read; less than the limit when there's no more just now.</returns>
    public static int Discard(int descriptor, int limit, byte[] scratch)
    {
        int total = 0;
        fixed (byte* buffer = scratch)
        {
            while (total < limit)
            {
                int count = (int)Libc.Receive(descriptor, buffer, (nuint)Math.Min(limit - total, scratch.Length), MsgDontWait);
                if (count <= 0)
                    break;
                total += count;
            }
        }
        return total;
    }
}

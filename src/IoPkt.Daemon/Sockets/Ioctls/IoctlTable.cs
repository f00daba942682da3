using System.Buffers.Binary;
using IoPkt.Daemon.Management;
using IoPkt.Stack;

namespace IoPkt.Daemon.Sockets.Ioctls;

/// <summary>IOCTL: Linux's requests about a socket or about interfaces.</summary>
internal static class IoctlTable
{
    private const uint InputQueue = 0x541b;   // SIOCINQ, FIONREAD
    private const uint OutputQueue = 0x5411;  // SIOCOUTQ, TIOCOUTQ

    /// <param name="pair">Whose.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="request">Linux's number.</param>
    /// <param name="argument">As the client sent it.</param>
    /// <param name="answer">As the client gets it.</param>
    public static Errno Handle(SocketPair pair, in ClientCredentials client, uint request, ReadOnlySpan<byte> argument, ref byte[] answer)
    {
        switch (request)
        {
            case InputQueue:
                answer = Number(pair switch
                {
                    DatagramPair datagrams => datagrams.NextLength,
                    _ when pair.IsOpen => ((TcpSocket)pair.Socket).ReceiveAvailable,
                    _ => 0,
                });
                return Errno.None;
            case OutputQueue:
                answer = Number(pair.IsOpen && pair.Socket is TcpSocket tcp ? tcp.SendQueued : 0);
                return Errno.None;
            default:
                return InterfaceIoctls.Handle(pair.Runtime.Stack, request, argument, ref answer);
        }
    }

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}

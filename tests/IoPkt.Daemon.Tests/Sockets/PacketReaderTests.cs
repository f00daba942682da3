using System.Net.Sockets;
using IoPkt.Daemon.Sockets;

namespace IoPkt.Daemon.Tests.Sockets;

public sealed class PacketReaderTests
{
    /// <summary><c>recv_ctxt</c></summary>
    [Theory]
    [InlineData(2048)]
    [InlineData(10000)]
    [InlineData(65536)]
    public void A_stream_is_read_in_pieces_of_the_receive_context(int context)
    {
        using MbufPool pool = new();
        using PacketReader reader = new(pool, new SocketServiceCounters(), context);
        string path = Path.Combine(Directory.CreateTempSubdirectory("io-pkt-test-").FullName, "s");
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        client.Connect(new UnixDomainSocketEndPoint(path));
        using Socket server = listener.Accept();
        const int sent = 100_000;
        client.Send(new byte[sent]);
        List<int> pieces = [];
        while (pieces.Sum() < sent)
        {
            int count = reader.ReadStream((int)server.Handle, int.MaxValue, out Mbuf? data, out Errno error);
            Assert.Equal(Errno.None, error);
            Assert.Equal(count, data!.Packet.Length);
            data.Free();
            pieces.Add(count);
        }
        Assert.Equal(context, pieces[0]);
        Assert.All(pieces, p => Assert.InRange(p, 1, context));
    }
}

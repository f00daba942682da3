namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>A server that reads connections, one after the other, to their ends.</summary>
internal static class StreamSink
{
    /// <summary>For <c>python3 -c</c>, with the number of connections, which come to port 7000. It says "listening", then how many bytes each brought.</summary>
    public const string Script = """
        import socket, sys
        listener = socket.socket()
        listener.bind(('', 7000))
        listener.listen()
        print('listening', flush=True)
        for _ in range(int(sys.argv[1])):
            connection, peer = listener.accept()
            length = 0
            while part := connection.recv(1 << 16):
                length += len(part)
            print(length, flush=True)
        """;
}

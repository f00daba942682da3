using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace IoPkt.Peer;

/// <summary>HTTP/1.1, as much of it as curl needs to get a file and to put one, with the kernel's sendfile underneath.</summary>
internal sealed class HttpFileServer(IPEndPoint local, string folder)
{
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        using TcpListener listener = new(local);
        listener.Start(512);
        Console.WriteLine($"serving {folder} on {local}");
        while (true)
        {
            Socket client = await listener.AcceptSocketAsync(cancellation);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            client.NoDelay = true;
            try
            {
                using NetworkStream stream = new(client);
                while (await RequestHead.ReadAsync(stream) is { } head)
                    await AnswerAsync(client, stream, head);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // The client went away: its affair.
            }
        }
    }

    private async Task AnswerAsync(Socket client, NetworkStream stream, RequestHead head)
    {
        string path = Path.Combine(folder, Path.GetFileName(head.Path));
        if (head.Method == "PUT")
        {
            if (head.ExpectsContinue)
                await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray());
            await WriteTextAsync(stream, "200 OK", await HashAsync(stream, head.ContentLength));
        }
        else if (head.Method == "GET" && File.Exists(path))
        {
            long length = new FileInfo(path).Length;
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n")));
            await client.SendFileAsync(path);
        }
        else
        {
            await WriteTextAsync(stream, "404 Not Found", "no such file");
        }
    }

    private static async Task<string> HashAsync(NetworkStream stream, long length)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[256 * 1024];
        while (length > 0)
        {
            int count = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(length, buffer.Length)));
            if (count == 0)
                throw new IOException("the upload ended early");
            hash.AppendData(buffer.AsSpan(0, count));
            length -= count;
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static async Task WriteTextAsync(NetworkStream stream, string status, string body) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\n\r\n{body}")));
}

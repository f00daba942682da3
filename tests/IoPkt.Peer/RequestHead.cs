using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace IoPkt.Peer;

/// <summary>The part of an HTTP request before its body.</summary>
internal sealed record RequestHead(string Method, string Path, long ContentLength, bool ExpectsContinue)
{
    private const int Limit = 16 * 1024;

    /// <returns><c>null</c> at the end of the connection.</returns>
    public static async Task<RequestHead?> ReadAsync(NetworkStream stream)
    {
        byte[] buffer = new byte[Limit];
        int count = 0;
        while (buffer.AsSpan(0, count).IndexOf("\r\n\r\n"u8) < 0)
        {
            // A byte at a time, so that nothing of the body is taken; heads are short.
            if (count == Limit || await stream.ReadAsync(buffer.AsMemory(count, 1)) == 0)
                return null;
            count++;
        }
        string[] lines = Encoding.ASCII.GetString(buffer, 0, count).Split("\r\n");
        string[] request = lines[0].Split(' ');
        string? Header(string name) => lines.FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
        return request.Length < 2 ? null : new RequestHead(request[0], request[1],
            long.Parse(Header("Content-Length") ?? "0", CultureInfo.InvariantCulture), Header("Expect") is not null);
    }
}

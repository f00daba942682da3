using System.Text.Json;
using IoPkt.Daemon.Management;
using IoPkt.Wire.Sockets;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Sockets;

/// <summary>One MANAGE request: asked of the management, and answered when that has its answer.</summary>
internal sealed class ManagementRequest(IManagementHandler handler, ILogger logger)
{
    public async Task AnswerAsync(ControlConnection client, RequestHeader request, byte[] json)
    {
        try
        {
            ReadOnlyMemory<byte> answer = await handler.HandleAsync(json, client.Client).ConfigureAwait(false);
            client.ReplyLater(request, Errno.None, answer);
        }
        catch (ManagementException e)
        {
            client.ReplyLater(request, e.Error, Describe(e.Message));
        }
        catch (Exception e)
        {
            logger.ManagementFailed(e);
            client.ReplyLater(request, Errno.InputOutput, Describe("the daemon failed to answer; its log says why"));
        }
    }

    /// <summary><c>{"error": "…"}</c></summary>
    private static byte[] Describe(string message)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("error"u8, message);
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }
}

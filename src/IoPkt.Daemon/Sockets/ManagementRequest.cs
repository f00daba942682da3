using IoPkt.Daemon.Management;
using IoPkt.Wire.Management;
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
            client.ReplyLater(request, e.Error, Describe(e.Error, e.Message));
        }
        catch (Exception e)
        {
            logger.ManagementFailed(e);
            client.ReplyLater(request, Errno.InputOutput, Describe(Errno.InputOutput, "the daemon failed to answer; its log says why"));
        }
    }

    private static ReadOnlyMemory<byte> Describe(Errno error, string message) => ManagementMessage.WriteError(new ManagementError((int)error, message));
}

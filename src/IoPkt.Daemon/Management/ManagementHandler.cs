using System.Text.Json;
using IoPkt.Wire.Management;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Management;

/// <summary>
/// Takes requests apart, checks who asks, and has the group that knows them answer. Nothing but short looks at the stack happens in the stack context:
/// reading and writing JSON is done on the thread pool.
/// </summary>
internal sealed partial class ManagementHandler : IManagementHandler
{
    private readonly OperationTable _table = new();
    private readonly ILogger<ManagementHandler> _logger;

    public ManagementHandler(IEnumerable<IOperationGroup> groups, ILogger<ManagementHandler> logger)
    {
        _logger = logger;
        foreach (IOperationGroup group in groups)
            group.Register(_table);
    }

    /// <inheritdoc/>
    /// <remarks>A refusal is an answer, too: it tells the errno and a message. So no exception comes from here.</remarks>
    public Task<ReadOnlyMemory<byte>> HandleAsync(ReadOnlyMemory<byte> json, ClientCredentials who) => Task.Run(() => AnswerAsync(json, who));

    private async Task<ReadOnlyMemory<byte>> AnswerAsync(ReadOnlyMemory<byte> json, ClientCredentials who)
    {
        string name = "?";
        try
        {
            ManagementRequest request = ManagementMessage.ReadRequest(json);
            name = request.Request;
            return await Find(request, who).AnswerAsync(request.Arguments).ConfigureAwait(false);
        }
        catch (JsonException malformed)
        {
            return Refuse(Errno.Invalid, malformed.Message);
        }
        catch (ManagementException refused)
        {
            return Refuse(refused.Error, refused.Message);
        }
        catch (ModuleException failed)
        {
            return Refuse(Errno.InputOutput, failed.Message);
        }
#pragma warning disable CA1031 // One request's failure must reach the one who asked, whatever it is, and nobody else.
        catch (Exception unexpected)
        {
            LogFailed(unexpected, name);
            return Refuse(Errno.InputOutput, $"{name} failed: {unexpected.Message}");
        }
#pragma warning restore CA1031
    }

    private OperationEntry Find(ManagementRequest request, ClientCredentials who)
    {
        if (request.Version != ManagementMessage.Version)
        {
            throw new ManagementException(
                Errno.ProtocolNotSupported, $"version {request.Version} of the management protocol; this daemon speaks {ManagementMessage.Version}");
        }
        OperationEntry entry = _table.Find(request.Request) ?? throw new ManagementException(
            Errno.NotSupported, $"unknown request '{request.Request}'; known are {string.Join(", ", _table.Names)}");
        if (entry.IsChange && !who.IsPrivileged)
        {
            throw new ManagementException(
                Errno.NotPermitted, $"Operation not permitted: only root or the daemon's user may do '{request.Request}'");
        }
        return entry;
    }

    private static ReadOnlyMemory<byte> Refuse(Errno error, string message) => ManagementMessage.WriteError(new ManagementError((int)error, message));

    [LoggerMessage(Level = LogLevel.Error, Message = "management request '{Request}' failed")]
    private partial void LogFailed(Exception exception, string request);
}

using IoPkt.Daemon.Hosting;
using IoPkt.Daemon.Management;
using IoPkt.Daemon.Sockets.Native;
using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Sockets;

/// <summary>
/// The sockets of the stack under the prefix: what QNX's io-pkt does as a resource manager, by descriptors of the host. It comes up when the stack context
/// runs and the folder of the entries is there and this daemon's alone.
/// </summary>
public sealed class SocketService(
    IStackContext context, IPoller poller, SocketTable sockets, SocketServiceOptions options, IEnumerable<IManagementHandler> management, ILogger<SocketService> logger)
    : IHostedService
{
    private readonly List<Rendezvous> _entries = [];
    private ServiceRuntime? _runtime;

    /// <exception cref="StartupException">An entry can't be made: the message says which and why.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        int limit = DescriptorLimit.RaiseToMaximum();
        try
        {
            await context.InvokeAsync(stack => Start(stack, limit)).ConfigureAwait(false);
        }
        catch
        {
            await StopAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => context.InvokeAsync(_ => Stop());

    private bool Start(NetworkStack stack, int descriptorLimit)
    {
        ServiceRuntime runtime = new(stack, context, poller, sockets, options, descriptorLimit, logger) { Management = management.FirstOrDefault() };
        stack.Counters.Add(runtime.Counters);
        context.AtBatchEnd(_ => runtime.Work.Run());
        _runtime = runtime;
        RequestHandler requests = new(runtime);
        foreach (INetworkProtocol network in stack.Networks)
            _entries.Add(new Rendezvous(runtime, network.Family, requests));
        return true;
    }

    private bool Stop()
    {
        foreach (Rendezvous entry in _entries)
        {
            entry.Close();
            File.Delete(entry.Path);
        }
        _entries.Clear();
        foreach (SocketPair pair in sockets.Open.ToArray())
            pair.Abandon();
        _runtime?.Reader.Dispose();
        return true;
    }
}

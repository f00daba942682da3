using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Hosting;

/// <summary>Has a <see cref="Guardian"/> while the daemon serves: all but <c>-S</c>.</summary>
internal sealed class GuardianService(PrefixFolder prefix, InstanceLock instance, ILogger<GuardianService> logger) : IHostedService
{
    private Guardian? _guardian;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        string[] entries = [.. Enum.GetValues<IoPkt.Stack.AddressFamily>().Select(f => Path.Combine(prefix.Folder, ((int)f).ToString(System.Globalization.CultureInfo.InvariantCulture)))];
        _guardian = Guardian.Start([.. entries, prefix.Lock.Path, instance.Lock.Path], prefix.Created.Reverse(), Path.Combine(Path.GetDirectoryName(prefix.Folder)!, "io-net"),
            [prefix.Lock.Descriptor, instance.Lock.Descriptor], logger);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _guardian?.Dispose();
        return Task.CompletedTask;
    }
}

using System.Runtime.InteropServices;
using IoPkt.Daemon.Hosting.Native;
using IoPkt.Daemon.Threads;
using IoPkt.Daemon.Threads.Native;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using LibC = IoPkt.Daemon.Hosting.Native.LibC;

namespace IoPkt.Daemon.Hosting;

/// <summary>
/// <c>confstr_monitor</c>: <c>kern.hostname</c> follows the host's name. The kernel wakes whoever polls <c>/proc/sys/kernel/hostname</c> when it's changed, so a thread sleeps
/// there, and nothing is asked in vain.
/// </summary>
internal sealed partial class HostNameMonitor(IStackContext context, ILogger<HostNameMonitor> logger) : IHostedService, IDisposable
{
    private const string Path = "/proc/sys/kernel/hostname";

    private readonly EventDescriptor _stop = new();
    private SafeFileHandle? _file;
    private Thread? _thread;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _file = File.OpenHandle(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogImpossible(logger, e.Message);
            return Task.CompletedTask;
        }
        _thread = new Thread(Run, maxStackSize: 256 * 1024) { Name = "hostname", IsBackground = true };
        _thread.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stop.Signal();
        _thread?.Join();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _file?.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        string? known = null;
        for (; ; )
        {
            // The kernel counts from the last time that this descriptor was polled, so a change between reading and polling isn't missed.
            string name = Read();
            if (name != known)
            {
                context.Post(stack => stack.Settings.HostName = name);
                if (known is not null)
                    LogChanged(logger, name);
                known = name;
            }
            if (!Wait())
                return;
        }
    }

    /// <returns>Whether there may be a new name; <c>false</c>: it's over.</returns>
    private bool Wait()
    {
        Span<PollDescriptor> wanted =
        [
            new() { Descriptor = (int)_file!.DangerousGetHandle(), Events = PollDescriptor.Priority | PollDescriptor.Error },
            new() { Descriptor = _stop.Number, Events = PollDescriptor.Readable },
        ];
        int count = LibC.Poll(wanted, (nuint)wanted.Length, -1);
        return wanted[1].Result == 0 && (count >= 0 || Marshal.GetLastPInvokeError() == LibC.EINTR);
    }

    private string Read()
    {
        Span<byte> bytes = stackalloc byte[256];
        int length = RandomAccess.Read(_file!, bytes, 0);
        return System.Text.Encoding.UTF8.GetString(bytes[..length]).TrimEnd('\n');
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "the host's name is now {Name}")]
    private static partial void LogChanged(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "confstr_monitor: the host's name can't be followed: {Reason}")]
    private static partial void LogImpossible(ILogger logger, string reason);
}

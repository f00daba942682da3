using IoPkt.Daemon.CommandLine;
using IoPkt.Daemon.Hosting;
using IoPkt.Daemon.Interfaces;
using IoPkt.Daemon.Modules;
using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Protocols;

/// <summary>Loads protocol modules, runs them in the stack context, and unloads them: on request, or when they fail.</summary>
internal sealed partial class ProtocolManager(
    ModuleLoader loader, IStackContext context, IInterfaceControl interfaces, Variant variant, DaemonOptions options, ILoggerFactory loggers, ILogger<ProtocolManager> logger)
    : IProtocolControl, IAsyncDisposable
{
    /// <summary>A protocol of QNX's that isn't built yet, and has its place here when it is.</summary>
    private const string Qnet = "lsm-qnet";

    private readonly Lock _lock = new();
    private readonly List<Running> _running = [];

    public IReadOnlyList<RunningProtocol> All
    {
        get
        {
            lock (_lock)
                return [.. _running.Select(r => r.Description)];
        }
    }

    public Task LoadAsync(string module, string? options) => Task.Run(async () =>
    {
        LoadedModule<IProtocolModule> loaded = Load(module);
        Running? running = null;
        try
        {
            running = await StartAsync(loaded, options).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A module may throw anything; all of it means the same here.
        catch (Exception e)
#pragma warning restore CA1031
        {
            loaded.Unload();
            // Only the text: the exception itself would keep the module in memory for as long as somebody keeps it.
            throw new ModuleException($"{loaded.Name}: {(e is ModuleException ? e.Message : $"the protocol failed to start: {e.Message}")}");
        }
        LogStarted(logger, running.Description.Name, running.Description.Path);
    });

    public async Task UnloadAsync(string name)
    {
        Running[] found;
        lock (_lock)
            found = [.. _running.Where(r => r.Description.Name == FullName(name))];
        if (found.Length == 0)
        {
            IReadOnlyList<RunningProtocol> all = All;
            throw new ModuleException($"no protocol {name} runs; {(all.Count == 0 ? "none does" : "there are " + string.Join(", ", all.Select(r => r.Name)))}");
        }
        foreach (Running protocol in found)
            await StopAsync(protocol).ConfigureAwait(false);
    }

    /// <summary>Stops all, the last one first.</summary>
    public async ValueTask DisposeAsync()
    {
        Running[] all;
        lock (_lock)
            all = [.. Enumerable.Reverse(_running)];
        foreach (Running protocol in all)
            await StopAsync(protocol).ConfigureAwait(false);
    }

    private LoadedModule<IProtocolModule> Load(string module)
    {
        try
        {
            return loader.LoadProtocol(module);
        }
        catch (ModuleException e) when (FullName(module) == Qnet)
        {
            throw new ModuleException($"{Qnet} is not part of this version of io-pkt; it comes with a later one ({e.Message})");
        }
        catch (ModuleException e) when (FullName(module) == ModuleNaming.Protocol + ProtocolNames.TcpIp)
        {
            throw new ModuleException($"{ProtocolNames.TcpIp} is built in, and takes its options when the stack starts ({e.Message})");
        }
        catch (ModuleException e) when (Feature.OfProtocol(FullName(module)[ModuleNaming.Protocol.Length..]) is { } feature)
        {
            throw new ModuleException(variant.Has(feature) ? $"{feature.Name}: {variant.Name} has it built in" : $"{feature.Explain(variant)} ({e.Message})");
        }
    }

    private async Task<Running> StartAsync(LoadedModule<IProtocolModule> loaded, string? text)
    {
        IProtocolModule module = loaded.Entry!;
        OptionCheck.Check(module.Options, text);
        Running running = new(loaded, new RunningProtocol(loaded.Name, loaded.Path, text));
        ProtocolHostServices services = new(work => context.Post(_ => work()), name => _ = RequestUpAsync(name), e => Failed(running, e));
        running.Host = await context.InvokeAsync(stack => new ProtocolHost(stack, services)).ConfigureAwait(false);
        try
        {
            running.Protocol = module.Create(new ProtocolContext
            {
                Options = new ModuleOptions(text),
                Stack = running.Host,
                Logger = loggers.CreateLogger(loaded.Name),
                Instance = options.Instance,
            });
            lock (_lock)
                _running.Add(running);
            await context.InvokeAsync(_ => Run(running.Protocol.Start)).ConfigureAwait(false);
            return running;
        }
        catch
        {
            lock (_lock)
                _running.Remove(running);
            await context.InvokeAsync(_ => Run(running.Host.Close)).ConfigureAwait(false);
            throw;
        }
    }

    private async Task StopAsync(Running protocol)
    {
        lock (_lock)
        {
            if (!_running.Remove(protocol))
                return;
        }
        try
        {
            await context.InvokeAsync(_ => Run(protocol.Protocol!.Stop)).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A module may throw anything.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(logger, protocol.Description.Name, e);
        }
        await context.InvokeAsync(_ => Run(protocol.Host!.Close)).ConfigureAwait(false);
        protocol.Protocol = null;
        protocol.Host = null;
        protocol.Module.Unload();
        LogStopped(logger, protocol.Description.Name);
    }

    /// <summary>In the stack context: the module threw while it was called. The rest of its end is somebody else's time.</summary>
    private void Failed(Running protocol, Exception exception)
    {
        LogFailed(logger, protocol.Description.Name, exception);
        _ = Task.Run(() => StopAsync(protocol));
    }

    private async Task RequestUpAsync(string name)
    {
        try
        {
            await interfaces.SetUpAsync(name, true).ConfigureAwait(false);
        }
        catch (ModuleException e)
        {
            LogNotUp(logger, name, e.Message);
        }
    }

    private static bool Run(Action action)
    {
        action();
        return true;
    }

    private static string FullName(string name)
    {
        string file = Path.GetFileName(name);
        string stem = file.EndsWith(".so", StringComparison.Ordinal) || file.EndsWith(".dll", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(file) : file;
        return stem.StartsWith(ModuleNaming.Protocol, StringComparison.Ordinal) ? stem : ModuleNaming.Protocol + stem;
    }

    private sealed class Running(LoadedModule<IProtocolModule> module, RunningProtocol description)
    {
        public LoadedModule<IProtocolModule> Module => module;

        public RunningProtocol Description => description;

        public ProtocolHost? Host { get; set; }

        public IProtocol? Protocol { get; set; }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name}: started, module {Path}")]
    private static partial void LogStarted(ILogger logger, string name, string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name}: stopped")]
    private static partial void LogStopped(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} can't be taken up: {Reason}")]
    private static partial void LogNotUp(ILogger logger, string name, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name}: the protocol failed")]
    private static partial void LogFailed(ILogger logger, string name, Exception exception);
}

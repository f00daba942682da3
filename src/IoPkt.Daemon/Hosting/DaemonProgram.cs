using IoPkt.Daemon.CommandLine;
using IoPkt.Daemon.Logging;
using IoPkt.Daemon.Management;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace IoPkt.Daemon.Hosting;

/// <summary>A whole io-pkt program, from command line to exit code.</summary>
public static class DaemonProgram
{
    private static readonly string[] StaysInForeground = ["--foreground", "--help", "--version"];

    public static async Task<int> RunAsync(Variant variant, string[] args)
    {
        ArgumentNullException.ThrowIfNull(variant);
        ArgumentNullException.ThrowIfNull(args);
        Background? background = Background.Enter();
        try
        {
            if (background is null && !ArgumentNormalizer.Normalize(args).Any(StaysInForeground.Contains))
                return Background.Launch(args);
            DaemonArguments? arguments = new DaemonCommand(variant).Parse(args);
            return arguments is null ? ExitCodes.Success : await ServeAsync(variant, arguments, background).ConfigureAwait(false);
        }
        catch (CommandLineException e)
        {
            await Console.Error.WriteLineAsync($"{variant.Name}: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Usage;
        }
        catch (StartupException e)
        {
            await Console.Error.WriteLineAsync($"{variant.Name}: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Failure;
        }
    }

    private static async Task<int> ServeAsync(Variant variant, DaemonArguments arguments, Background? background)
    {
        DaemonOptions options = new()
        {
            Program = variant.Name,
            Arguments = arguments,
            User = arguments.User is { } user ? UserIdentity.Parse(user) : null,
            Tcpip = new TcpipOptions(arguments.Modules.Where(IsTcpip).Select(m => m.Options), variant),
        };
        using InstanceLock instance = new(options);
        using PrefixFolder prefix = new(options);
        Rehearsal.Begin();
        LogRing ring = new();
        BackgroundSink writer = CreateWriter(options);
        using Logger log = CreateLog(ring, writer);

        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = variant.Name });
        builder.Services.AddSerilog(log);
        builder.Services.AddSingleton(ring);
        builder.Services.AddSingleton(writer);
        builder.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
        DaemonServices.Add(builder.Services, variant, options, new StartMode(background), prefix, instance);
        using IHost host = builder.Build();
        try
        {
            await host.StartAsync().ConfigureAwait(false);
        }
        catch (StartupException e)
        {
            log.Error("{Reason}", e.Message);
            // Those that had started are still there, and their entries under the prefix.
            await host.StopAsync().ConfigureAwait(false);
            return ExitCodes.Failure;
        }
        await host.WaitForShutdownAsync().ConfigureAwait(false);
        return ExitCodes.Success;
    }

    private static bool IsTcpip(ModuleRequest request) => request.Kind == ModuleKind.Protocol && request.Name == ProtocolNames.TcpIp;

    /// <summary>
    /// Everything goes to the host's log (syslog, or the journal by the standard error that systemd gave us) and to the ring. The console shows what is wrong while the daemon starts, and, with <c>-v</c> or in the foreground, all of it for as long as
    /// it runs; otherwise standard error is /dev/null once the daemon is ready.
    /// </summary>
    private static BackgroundSink CreateWriter(DaemonOptions options)
    {
        LogEventLevel shown = options.Arguments.Verbose || options.Arguments.Foreground ? LogEventLevel.Information : LogEventLevel.Warning;
        bool journal = JournalStream.IsStandardError;
        ConsoleSink console = new(options.LogName, Console.Error, shown, journal);
        return journal ? new BackgroundSink(console) : new BackgroundSink(console, new SyslogSink(options.LogName));
    }

    private static Logger CreateLog(LogRing ring, BackgroundSink writer) => new LoggerConfiguration()
        .MinimumLevel.Information()
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        // The host would say that a service failed to start, and with a stack trace; it's said once, for people.
        .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal)
        .WriteTo.Sink(ring)
        .WriteTo.Sink(writer)
        .CreateLogger();
}

using System.Reflection;
using IoPkt.Daemon.CommandLine;
using IoPkt.Daemon.Hosting;
using IoPkt.Daemon.Interfaces;
using IoPkt.Daemon.Modules;
using IoPkt.Daemon.Protocols;
using IoPkt.Daemon.Threads;
using IoPkt.Daemon.Usb;
using IoPkt.Stack;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace IoPkt.Daemon.Tests.Modules;

/// <summary>A daemon's modules, packet threads and stack, without its sockets.</summary>
internal sealed class ModuleFixture : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("io-pkt-test-");
    private readonly MbufPool _pool = new(new MbufPoolOptions { MaximumBytes = 64L * 1024 * 1024 });
    private readonly PacketThreads _threads;
    private readonly ModuleMemory _memory;

    public ModuleFixture(string? usbFolder = null)
    {
        Stack = new NetworkStack(new NetworkStackOptions { Random = new Random(1), Pool = _pool });
        Context = new StackContext(Stack, NullLogger<StackContext>.Instance);
        _threads = new PacketThreads(new PacketThreadOptions(2), Context, NullLogger<PacketThreads>.Instance);
        Variant variant = new("io-pkt-v4", []);
        DaemonOptions options = new()
        {
            Program = "io-pkt-v4",
            Arguments = new DaemonCommand(variant).Parse([])!,
            Tcpip = new TcpipOptions([$"prefix={_folder.FullName}"], variant),
        };
        _memory = new ModuleMemory(Stack, Log.CreateLogger<ModuleMemory>());
        Loader = new ModuleLoader(new ModulePath(string.Join(':', ModuleFolders), "/nonexistent"), _memory);
        UsbBus usb = new(usbFolder ?? "/nonexistent");
        DriverFactory factory = new(Loader, Stack, _threads, usb, options, Log);
        Interfaces = new InterfaceManager(Stack, Context, _threads, factory, Loader, new InterfaceEntries(options.Prefix), Log.CreateLogger<InterfaceManager>());
        Protocols = new ProtocolManager(Loader, Context, Interfaces, variant, options, Log, Log.CreateLogger<ProtocolManager>());
        _threads.Start();
    }

    public NetworkStack Stack { get; }

    public StackContext Context { get; }

    public ModuleLoader Loader { get; }

    public InterfaceManager Interfaces { get; }

    public ProtocolManager Protocols { get; }

    public RecordingLog Log { get; } = new();

    public string Prefix => _folder.FullName;

    /// <summary>The folders that the build leaves the modules of the tests, and the project's own, in.</summary>
    internal static string[] ModuleFolders => typeof(ModuleFixture).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ModuleFolders").Value!.Split(':');

    public NetworkInterface Find(string name) => Stack.Interfaces.All.Single(i => i.Name == name);

    /// <summary>Loads one interface and takes it up with an address.</summary>
    public async Task<string> AddAsync(string module, string? options, string? address = null)
    {
        string name = Assert.Single(await Interfaces.LoadDriverAsync(module, options));
        await Interfaces.SetUpAsync(name, true);
        if (address is not null)
        {
            InetAddress own = InetAddress.Parse(address);
            await Context.InvokeAsync(stack =>
            {
                stack.Interfaces.AddAddress(Find(name), new InterfaceAddress(own, 24, InetAddress.FromIpv4(own.Ipv4 | 0xff), InetAddress.AnyIpv4));
                return true;
            });
        }
        return name;
    }

    /// <summary>Has the interface send a frame to itself.</summary>
    public Task<bool> SendAsync(string name) => Context.InvokeAsync(stack =>
    {
        NetworkInterface sender = Find(name);
        ((EthernetLink)sender.Link).Transmit(stack.Pool.GetCopy(new byte[46])!, sender.LinkAddress, 0x88b5);
        return true;
    });

    public static async Task EventuallyAsync(Func<bool> condition, string what)
    {
        DateTime limit = DateTime.UtcNow.AddSeconds(20);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < limit, $"never: {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Protocols.DisposeAsync();
        await Interfaces.DisposeAsync();
        _threads.Dispose();
        Context.Dispose();
        _memory.Dispose();
        _folder.Delete(recursive: true);
    }
}

/// <summary>Keeps what is logged, as text.</summary>
internal sealed class RecordingLog : ILoggerFactory, ILogger
{
    private readonly List<string> _lines = [];

    public string Text
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
            _lines.Add($"{logLevel}: {formatter(state, exception)} {exception?.Message}");
    }

    public void Dispose()
    {
    }
}

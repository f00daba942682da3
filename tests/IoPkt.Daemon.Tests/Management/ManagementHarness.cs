using System.Text;
using System.Text.Json;
using IoPkt.Daemon.Hosting;
using IoPkt.Daemon.Interfaces;
using IoPkt.Daemon.Logging;
using IoPkt.Daemon.Management;
using IoPkt.Daemon.Protocols;
using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace IoPkt.Daemon.Tests.Management;

/// <summary>The handler of a daemon around a real stack, with devices that are only for show.</summary>
internal sealed class ManagementHarness : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly MbufPool _pool = new(new MbufPoolOptions { MaximumBytes = 16L * 1024 * 1024 });

    public ManagementHarness()
    {
        Stack = new NetworkStack(new NetworkStackOptions { Random = new Random(1), Pool = _pool });
        Context = new DirectStackContext(Stack);
        Control = new FakeInterfaceControl(Stack);
        ServiceCollection services = new();
        services.AddSingleton<IStackContext>(Context);
        services.AddSingleton<IInterfaceControl>(Control);
        services.AddSingleton<IProtocolControl>(Protocols);
        services.AddSingleton(new Variant("io-pkt-v4", []));
        services.AddSingleton(Log);
        services.AddSingleton(new InstanceIdentity("io-pkt-v4", 3, "/test"));
        services.AddSingleton(typeof(Microsoft.Extensions.Logging.ILogger<>), typeof(NullLogger<>));
        services.AddManagement();
        _services = services.BuildServiceProvider();
        Handler = _services.GetRequiredService<IManagementHandler>();
    }

    public NetworkStack Stack { get; }

    public LogRing Log { get; } = new();

    public DirectStackContext Context { get; }

    public FakeInterfaceControl Control { get; }

    public FakeProtocolControl Protocols { get; } = new();

    public IManagementHandler Handler { get; }

    /// <summary>What the client is taken to be.</summary>
    public bool Privileged { get; set; } = true;

    public Task<ReadOnlyMemory<byte>> ExchangeAsync(ReadOnlyMemory<byte> json) =>
        Handler.HandleAsync(json, new ClientCredentials(1, Privileged ? 0u : 1000u, 0, Privileged));

    /// <summary>Sends JSON as typed.</summary>
    public async Task<JsonElement> AskAsync(string json)
    {
        ReadOnlyMemory<byte> answer = await ExchangeAsync(Encoding.UTF8.GetBytes(json));
        return JsonDocument.Parse(answer).RootElement;
    }

    public void Dispose()
    {
        _services.Dispose();
        _pool.Dispose();
    }
}

/// <summary>A stack context that is whatever thread comes, one at a time.</summary>
internal sealed class DirectStackContext(NetworkStack stack) : IStackContext
{
    private readonly Lock _lock = new();

    public void Post(Action<NetworkStack> work)
    {
        lock (_lock)
        {
            stack.Begin();
            work(stack);
            stack.End();
        }
    }

    public Task<T> InvokeAsync<T>(Func<NetworkStack, T> work)
    {
        TaskCompletionSource<T> done = new();
        Post(s =>
        {
            try
            {
                done.SetResult(work(s));
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    public void AtBatchEnd(Action<NetworkStack> work) => throw new NotSupportedException();
}

using IoPkt.Daemon.Management;
using IoPkt.Daemon.Sockets;
using IoPkt.Daemon.Threads;
using IoPkt.Daemon.Threads.Native;
using IoPkt.Fuzzer.Sessions;
using Microsoft.Extensions.Logging;

namespace IoPkt.Fuzzer.Clients;

/// <summary>
/// The daemon's socket service on one thread and in virtual time: it runs when it's told to, so the same messages come to it in the same order. The descriptors are the host's own, watched by
/// the daemon's own epoll. The stack has lo0 only.
/// </summary>
internal sealed class ServiceHost : IStackContext, IPoller, IManagementHandler, ILogger<SocketService>, IDisposable
{
    private const uint Events = (uint)(PollEvents.Readable | PollEvents.Writable | PollEvents.ReadHangUp) | Epoll.EdgeTriggered;
    private const int MostRounds = 10_000;
    private const long StartOfClock = 1_000_000;

    private readonly Epoll _epoll = new();
    private readonly PollTable _watched = new();
    private readonly Queue<Action<NetworkStack>> _posted = new();
    private readonly VirtualTime _time = new();
    private readonly SocketService _service;
    private Action<NetworkStack>? _batchEnd;

    public ServiceHost(int seed, MbufPool pool)
    {
        Prefix = Path.Combine(Path.GetTempPath(), $"iopkt-fuzz-{Environment.ProcessId}-{seed}");
        Directory.CreateDirectory(Path.Combine(Prefix, "dev/socket"));
        Stack = new NetworkStack(new NetworkStackOptions { Time = _time, Random = new Random(seed), Pool = pool, MaximumBacklog = 16 });
        _service = new SocketService(this, this, Table, new SocketServiceOptions { Prefix = Prefix }, [this], this);
        Complete(_service.StartAsync(CancellationToken.None));
    }

    public string Prefix { get; }

    public string Entry => Path.Combine(Prefix, "dev/socket/2");

    public NetworkStack Stack { get; }

    public SocketTable Table { get; } = new();

    /// <summary>Descriptors that the service watches.</summary>
    public int Watched => _watched.Count;

    /// <summary>Runs batches until nothing is to be done at this moment.</summary>
    public void Run()
    {
        for (int round = 0; ; round++)
        {
            if (round == MostRounds)
                throw new FuzzingException("the service never comes to rest");
            Stack.Clock.Refresh();
            int ready = _epoll.Poll();
            if (ready == 0 && _posted.Count == 0 && Stack.NextDeadline > Stack.Clock.Now)
                return;
            Stack.Begin();
            for (int count = _posted.Count; count > 0; count--)
                _posted.Dequeue()(Stack);
            for (int i = 0; i < ready; i++)
                (_watched.Find(_epoll.Data(i)) as PollSlotTarget)?.Handler.OnReady(_epoll.Events(i));
            _batchEnd?.Invoke(Stack);
            Stack.End();
        }
    }

    /// <summary>Lets time pass.</summary>
    /// <param name="microseconds">How much.</param>
    public void Wait(long microseconds)
    {
        for (long end = _time.Now + microseconds; ;)
        {
            long next = Stack.NextDeadline == long.MaxValue ? long.MaxValue : Math.Max(_time.Now, Stack.NextDeadline - StartOfClock);
            _time.MoveTo(Math.Min(next, end));
            Run();
            if (next > end)
                return;
        }
    }

    /// <summary>The daemon ends: nobody is served any more.</summary>
    public void Stop() => Complete(_service.StopAsync(CancellationToken.None));

    public void Post(Action<NetworkStack> work) => _posted.Enqueue(work);

    public Task<T> InvokeAsync<T>(Func<NetworkStack, T> work)
    {
        TaskCompletionSource<T> result = new();
        Post(stack => result.SetResult(work(stack)));
        Run();
        return result.Task;
    }

    public void AtBatchEnd(Action<NetworkStack> work) => _batchEnd += work;

    public PollRegistration Add(int descriptor, IPollHandler handler, int thread = -1)
    {
        ulong key = _watched.Add(new PollSlotTarget(handler));
        _epoll.Add(descriptor, Events, key);
        return new PollRegistration(0, descriptor, (int)(uint)key);
    }

    public void Remove(PollRegistration registration)
    {
        _watched.Remove(registration.Slot);
        _epoll.Remove(registration.Descriptor);
    }

    /// <summary>Management as far as the wire format has a part in it: an answer of any length, or a refusal.</summary>
    public Task<ReadOnlyMemory<byte>> HandleAsync(ReadOnlyMemory<byte> json, ClientCredentials who)
    {
        if (json.IsEmpty)
            throw new ManagementException(Errno.Invalid, "there's no request");
        return Task.FromResult<ReadOnlyMemory<byte>>(new byte[json.Length * json.Span[0]]);
    }

    /// <summary>What the service takes to be a defect of its own is one.</summary>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Error)
            throw new FuzzingException($"the service failed: {formatter(state, exception)} {exception}");
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void Dispose()
    {
        _epoll.Dispose();
        Directory.Delete(Prefix, recursive: true);
    }

    /// <summary>Whoever waits here waits for batches, and they have run.</summary>
    private static void Complete(Task task)
    {
        if (!task.IsCompleted)
            throw new FuzzingException("the service waits");
        task.GetAwaiter().GetResult();
    }

    private sealed record PollSlotTarget(IPollHandler Handler);
}

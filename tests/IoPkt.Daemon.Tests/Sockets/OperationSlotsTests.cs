using IoPkt.Daemon.Sockets;
using IoPkt.Stack;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Tests.Sockets;

/// <summary>Pseudo-threads: <c>threads_min</c>, <c>threads_max</c>, <c>threads_incr</c>.</summary>
public sealed class OperationSlotsTests
{
    private readonly CountingLogger _log = new();

    [Fact]
    public void The_supply_grows_by_steps_to_its_maximum_and_who_comes_then_waits()
    {
        OperationSlots slots = new(new OperationLimits(4, 10, 5), _log);
        List<int> supplies = [];
        for (int i = 0; i < 10; i++)
        {
            Assert.True(slots.TryTake(new Waiter()));
            supplies.Add(slots.Supply);
        }
        Assert.Equal([4, 4, 4, 4, 9, 9, 9, 9, 9, 10], supplies);
        Waiter first = new(), second = new();
        Assert.False(slots.TryTake(first));
        Assert.False(slots.TryTake(second));
        Assert.Equal((10, 10, 2L), (slots.InUse, slots.Highest, slots.Exhausted));
        Assert.Equal("all 10 pseudo-threads for clients' operations are in use, and the next wait for one (see -p tcpip threads_max=; said once)", Assert.Single(_log.Messages));

        slots.Return();
        Assert.Equal((true, false, 10), (first.HasSlot, second.HasSlot, slots.InUse));
        slots.Return();
        Assert.True(second.HasSlot);
        slots.Return();
        Assert.Equal(9, slots.InUse);
    }

    [Fact]
    public void One_that_has_given_up_is_passed_over()
    {
        OperationSlots slots = new(new OperationLimits(4, 4, 1), _log);
        for (int i = 0; i < 4; i++)
            slots.TryTake(new Waiter());
        Waiter gone = new() { Wants = false }, next = new();
        slots.TryTake(gone);
        slots.TryTake(next);
        slots.Return();
        Assert.True(next.HasSlot);
        Assert.Equal(4, slots.InUse);
    }

    [Fact]
    public void A_greater_maximum_serves_those_that_wait_and_the_message_may_come_again()
    {
        using ManagedStack stack = new();
        OperationSlots slots = new(new OperationLimits(4, 4, 1), _log);
        slots.AddTo(stack.Stack.Sysctl);
        for (int i = 0; i < 4; i++)
            slots.TryTake(new Waiter());
        Waiter[] waiting = [new(), new(), new()];
        Assert.All(waiting, w => Assert.False(slots.TryTake(w)));
        Assert.Equal(Errno.None, stack.Stack.Sysctl.Find("qnx.threads.max").Single().Set("6", out _));
        Assert.Equal([true, true, false], waiting.Select(w => w.HasSlot));
        Assert.Equal("6", stack.Stack.Sysctl.Find("qnx.threads.inuse").Single().Value);
        Assert.False(slots.TryTake(new Waiter()));
        Assert.Equal(2, _log.Messages.Count);
    }

    [Fact]
    public void Who_may_always_is_counted_past_the_limit()
    {
        OperationSlots slots = new(new OperationLimits(4, 4, 1), _log);
        for (int i = 0; i < 5; i++)
            slots.Take();
        Assert.Equal(5, slots.InUse);
        Waiter waiter = new();
        Assert.False(slots.TryTake(waiter));
        slots.Return();
        Assert.False(waiter.HasSlot);
        slots.Return();
        Assert.True(waiter.HasSlot);
    }

    private sealed class Waiter : ISlotWaiter
    {
        public bool Wants { get; init; } = true;

        public bool HasSlot { get; private set; }

        public bool TakeSlot() => HasSlot = Wants;
    }

    private sealed class ManagedStack : IDisposable
    {
        private readonly MbufPool _pool = new();

        public ManagedStack() => Stack = new NetworkStack(new NetworkStackOptions { Random = new Random(1), Pool = _pool });

        public NetworkStack Stack { get; }

        public void Dispose() => _pool.Dispose();
    }

    private sealed class CountingLogger : ILogger
    {
        public List<string> Messages { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Add(formatter(state, exception));
    }
}

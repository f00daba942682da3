using System.Globalization;
using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using Microsoft.Extensions.Logging.Abstractions;

namespace IoPkt.Daemon.Tests.Threads;

/// <summary>How the threads are made: names, stacks, and who runs the stack.</summary>
public sealed class PacketThreadOptionsTests : IDisposable
{
    private readonly MbufPool _pool = new();
    private readonly StackContext _context;

    public PacketThreadOptionsTests() =>
        _context = new StackContext(new NetworkStack(new NetworkStackOptions { Random = new Random(1), Pool = _pool }), NullLogger<StackContext>.Instance);

    public void Dispose()
    {
        _context.Dispose();
        _pool.Dispose();
    }

    [Fact]
    public void Threads_are_named_after_their_number()
    {
        using PacketThreads threads = Start(new PacketThreadOptions(3));
        Assert.True(SpinWait.SpinUntil(() => Names().Intersect(["packet-0", "packet-1", "packet-2"]).Count() == 3, TimeSpan.FromSeconds(10)), string.Join(' ', Names()));
    }

    /// <summary>The address of a local variable lies in the thread's stack, whose mapping in /proc/self/maps is as large as was asked for.</summary>
    /// <remarks>The C library hands an ended thread's stack to the next that asks for no more: sizes larger than any other thread's here can't get one of those.</remarks>
    [Theory]
    [InlineData(24 * 1024 * 1024)]
    [InlineData(56 * 1024 * 1024)]
    public async Task A_thread_has_the_stack_that_it_was_given(int size)
    {
        using PacketThreads threads = Start(new PacketThreadOptions(1) { StackSize = size, DedicatedStackThread = true });
        long address = await _context.InvokeAsync(_ => AddressOfLocal());
        long mapped = File.ReadLines("/proc/self/maps").Select(line => line.Split(' ')[0].Split('-'))
            .Select(range => (From: long.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture), To: long.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)))
            .Where(range => range.From <= address && address < range.To).Select(range => range.To - range.From).Single();
        Assert.InRange(mapped, size - 64 * 1024, size + 64 * 1024);
    }

    [Fact]
    public async Task With_a_thread_of_its_own_the_stack_runs_nowhere_else()
    {
        using PacketThreads threads = Start(new PacketThreadOptions(2) { DedicatedStackThread = true });
        for (int i = 0; i < 1000; i++)
            Assert.Equal("stack", await _context.InvokeAsync(_ => Thread.CurrentThread.Name));
        // Many threads at once: all work is done, each piece once, and one at a time.
        int inside = 0, done = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 2000; i++)
            {
                await _context.InvokeAsync(_ =>
                {
                    Assert.Equal(1, Interlocked.Increment(ref inside));
                    done++;
                    return Interlocked.Decrement(ref inside);
                });
            }
        })));
        Assert.Equal(16_000, done);
        threads.Stop();
        Assert.NotEqual("stack", await _context.InvokeAsync(_ => Thread.CurrentThread.Name));
    }

    private PacketThreads Start(PacketThreadOptions options)
    {
        PacketThreads threads = new(options, _context, NullLogger<PacketThreads>.Instance);
        threads.Start();
        return threads;
    }

    private static unsafe long AddressOfLocal()
    {
        int local = 0;
        return (long)(nint)(&local);
    }

    private static IEnumerable<string> Names() => Directory.EnumerateDirectories("/proc/self/task").Select(t =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(t, "comm")).Trim();
        }
        catch (IOException)
        {
            return "";
        }
    });
}

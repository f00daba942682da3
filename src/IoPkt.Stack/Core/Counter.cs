namespace IoPkt.Stack;

/// <summary>A number that <c>netstat -s</c> shows. Written in the stack context only.</summary>
/// <param name="text">What follows the number: "packets received".</param>
/// <param name="source">Where the number is kept by others, and on several threads; <c>null</c>: here.</param>
public sealed class Counter(string text, Func<long>? source = null)
{
    private long _value;

    public string Text { get; } = text;

    public long Value => source?.Invoke() ?? _value;

    public void Increment() => _value++;

    public void Add(long count) => _value += count;
}

/// <summary>The counters of one protocol, in the order in which they're shown. Each protocol derives a class with a property for every counter.</summary>
/// <param name="name">"ip", "tcp": the heading in <c>netstat -s</c>, and the name after <c>-p</c>.</param>
public abstract class CounterGroup(string name)
{
    private readonly List<Counter> _all = [];

    public string Name { get; } = name;

    public IReadOnlyList<Counter> All => _all;

    protected Counter Define(string text)
    {
        Counter counter = new(text);
        _all.Add(counter);
        return counter;
    }

    /// <summary>Shows a number that's kept elsewhere.</summary>
    protected void Define(string text, Func<long> source) => _all.Add(new Counter(text, source));
}

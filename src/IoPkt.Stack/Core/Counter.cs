namespace IoPkt.Stack;

/// <summary>A number that <c>netstat -s</c> shows. Written in the stack context only.</summary>
/// <param name="text">What follows the number: "packets received".</param>
public sealed class Counter(string text)
{
    public string Text { get; } = text;

    public long Value { get; private set; }

    public void Increment() => Value++;

    public void Add(long count) => Value += count;
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
}

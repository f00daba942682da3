namespace IoPkt.Stack;

/// <summary>The named values of one stack: <c>sysctl -a</c>. Each protocol adds its own.</summary>
public sealed class SysctlTree
{
    private readonly SortedDictionary<string, SysctlNode> _nodes = new(StringComparer.Ordinal);

    /// <summary>In order of their names.</summary>
    public IEnumerable<SysctlNode> All => _nodes.Values;

    /// <summary>Where one protocol adds its values.</summary>
    /// <param name="prefix">What their names begin with: "net.inet.tcp".</param>
    public SysctlGroup Group(string prefix) => new(this, prefix);

    /// <summary>The node of that name, or every one below it: "net.inet.tcp" is all of TCP's. Empty: there's none.</summary>
    public IReadOnlyList<SysctlNode> Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_nodes.TryGetValue(name, out SysctlNode? node))
            return [node];
        return [.. _nodes.Values.Where(n => n.Name.StartsWith(name + ".", StringComparison.Ordinal))];
    }

    internal void Add(SysctlNode node) => _nodes.Add(node.Name, node);
}

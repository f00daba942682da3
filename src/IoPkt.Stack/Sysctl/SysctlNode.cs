using System.Diagnostics.CodeAnalysis;

namespace IoPkt.Stack;

/// <summary>What a <see cref="SysctlNode"/> holds, as <c>sysctl -t</c> names it.</summary>
public enum SysctlType
{
    Int,
    Bool,
    String,
}

/// <summary>A named value that people may look at, and perhaps set, while the stack runs. Used in the stack context only.</summary>
public sealed class SysctlNode
{
    private readonly Func<string> _get;
    private readonly Func<string, string?>? _set;

    /// <param name="name">Its whole name: "net.inet.tcp.sack.enable".</param>
    /// <param name="type">Of the value.</param>
    /// <param name="description">One line, with the unit.</param>
    /// <param name="get">The value as text.</param>
    /// <param name="set">Checks and sets; returns what's wrong and what is valid, or <c>null</c>. Absent: the node is read-only.</param>
    internal SysctlNode(string name, SysctlType type, string description, Func<string> get, Func<string, string?>? set)
    {
        Name = name;
        Type = type;
        Description = description;
        _get = get;
        _set = set;
    }

    public string Name { get; }

    public SysctlType Type { get; }

    public string Description { get; }

    [MemberNotNullWhen(true, nameof(_set))]
    public bool IsWritable => _set is not null;

    public string Value => _get();

    /// <param name="text">The new value.</param>
    /// <param name="problem">What's wrong with it and what is valid, when the result isn't <see cref="Errno.None"/>; the value is then as before.</param>
    /// <returns><see cref="Errno.NotPermitted"/>: the node is read-only; <see cref="Errno.Invalid"/>: not a value of it.</returns>
    public Errno Set(string text, out string problem)
    {
        problem = IsWritable ? _set(text) ?? "" : "it is read-only";
        return !IsWritable ? Errno.NotPermitted : problem.Length > 0 ? Errno.Invalid : Errno.None;
    }
}

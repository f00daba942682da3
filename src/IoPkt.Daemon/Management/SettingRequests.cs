using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using IoPkt.Wire.Management;

namespace IoPkt.Daemon.Management;

/// <summary>Named values, for sysctl.</summary>
internal sealed class SettingRequests(IStackContext context) : IOperationGroup
{
    /// <summary>As sysctl(8) counts the parts of a name.</summary>
    private static readonly string[] Levels = ["top", "second", "third", "fourth", "fifth", "sixth", "seventh"];

    public void Register(OperationTable table)
    {
        table.Add(ManagementOperations.Settings, query => context.InvokeAsync(stack => List(stack, query.Name)));
        table.Add(ManagementOperations.ChangeSetting, change => context.InvokeAsync(stack => Change(stack, change)));
    }

    private static SettingList List(NetworkStack stack, string? name) => new(
        [.. (name is null ? stack.Sysctl.All : Find(stack, name)).Select(Describe)]);

    private static SettingChanged Change(NetworkStack stack, SettingChange change)
    {
        if (Find(stack, change.Name) is not [SysctlNode node] || node.Name != change.Name)
            throw new ManagementException(Errno.Invalid, $"{change.Name}: not a value but a group of them; sysctl {change.Name} shows them");
        string previous = node.Value;
        Errno error = node.Set(change.Value, out string problem);
        return error == Errno.None
            ? new SettingChanged(previous, Describe(node))
            : throw new ManagementException(error, error == Errno.NotPermitted
                ? $"{node.Name}: Operation not permitted: {problem}"
                : $"{node.Name}: '{change.Value}': {problem}");
    }

    private static IReadOnlyList<SysctlNode> Find(NetworkStack stack, string name)
    {
        IReadOnlyList<SysctlNode> found = stack.Sysctl.Find(name);
        if (found.Count > 0)
            return found;
        // Which part of the name is wrong: the first after which nothing is known.
        string[] parts = name.Split('.');
        int wrong = 0;
        while (wrong < parts.Length - 1 && stack.Sysctl.Find(string.Join('.', parts[..(wrong + 1)])).Count > 0)
            wrong++;
        string level = Levels[Math.Min(wrong, Levels.Length - 1)];
        throw new ManagementException(Errno.NoEntry, $"{level} level name '{parts[wrong]}' in '{name}' is invalid");
    }

    private static SettingInfo Describe(SysctlNode node) => new(
        node.Name,
        node.Type switch
        {
            SysctlType.Int => "int",
            SysctlType.Bool => "bool",
            SysctlType.String => "string",
            _ => throw new ArgumentOutOfRangeException(nameof(node), node.Type, null),
        },
        node.Value,
        node.IsWritable,
        node.Description);
}

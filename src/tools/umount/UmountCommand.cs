using IoPkt.Client;

namespace IoPkt.Tools.Umount;

/// <summary>A command line of umount that is for a stack.</summary>
/// <param name="Target">The interface or protocol.</param>
/// <param name="Connect">How to find the stack.</param>
internal sealed record UmountCommand(string Target, Func<IoPktClient> Connect)
{
    private const string Folder = "/dev/io-net/";
    private const string ProtocolPrefix = "lsm-";

    public bool IsProtocol => Target.StartsWith(ProtocolPrefix, StringComparison.Ordinal);

    /// <returns><c>null</c> when it isn't for a stack.</returns>
    /// <exception cref="ToolException">It is, but makes no sense.</exception>
    public static UmountCommand? Parse(IReadOnlyList<string> arguments)
    {
        string[] words = [.. arguments];
        return words switch
        {
            [var path] => ByEntry(path),
            ["-T" or "-t", var type, ..] when StackType.Parse(type) is { } stack => ByName(stack, words[2..]),
            [['-', 'T' or 't', .. var type], ..] when StackType.Parse(type) is { } stack => ByName(stack, words[1..]),
            _ => null,
        };
    }

    /// <summary>"/alt/dev/io-net/en0" is en0 of the stack under /alt.</summary>
    private static UmountCommand? ByEntry(string path)
    {
        string full = path.Length == 0 || path.StartsWith('-') ? "" : Path.GetFullPath(path);
        int at = full.LastIndexOf(Folder, StringComparison.Ordinal);
        return at >= 0 && full.Length > at + Folder.Length ? new UmountCommand(full[(at + Folder.Length)..], () => new IoPktClient(full[..at])) : null;
    }

    private static UmountCommand ByName(StackType stack, IReadOnlyList<string> names) => names switch
    {
        [] => throw new UsageException("the interface or protocol is missing"),
        [var name] => new UmountCommand(name, stack.Connect),
        [_, var more, ..] => throw new UsageException($"unexpected '{more}'"),
    };
}

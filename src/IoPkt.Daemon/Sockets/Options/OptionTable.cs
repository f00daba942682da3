using System.Collections.Frozen;

namespace IoPkt.Daemon.Sockets.Options;

/// <summary>Every option there is, by level and name. Each level has a file of its own.</summary>
internal static class OptionTable
{
    /// <summary>Bytes of the longest value.</summary>
    public const int MaximumValue = 512;

    private static readonly FrozenDictionary<(int Level, int Name), SocketOption> Options =
        SocketLevelOptions.Create()
            .Concat(IpLevelOptions.Create())
            .Concat(TcpLevelOptions.Create())
            .Concat(RawLevelOptions.Create())
            .ToFrozenDictionary(static option => (option.Level, option.Name));

    public static IEnumerable<SocketOption> All => Options.Values;

    public static SocketOption? Find(int level, int name) => Options.GetValueOrDefault((level, name));
}

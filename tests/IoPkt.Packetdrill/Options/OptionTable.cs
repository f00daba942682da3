using System.Collections.Frozen;
using IoPkt.Packetdrill.Files;
using IoPkt.Wire.Sockets;

namespace IoPkt.Packetdrill.Options;

/// <summary>Every option that a script can ask for, by level and name.</summary>
internal static class OptionTable
{
    /// <summary>Bytes of the longest value.</summary>
    public const int MaximumValue = 512;

    private static readonly FrozenDictionary<(int Level, int Name), OptionValue> Options =
        SocketLevel.All.Concat(TcpLevel.All).ToFrozenDictionary();

    /// <returns>What to do with it; <c>null</c>: the socket has no such option.</returns>
    public static OptionValue? Find(SocketFile file, int level, int name) =>
        level == LinuxLevels.Tcp && file is not StreamFile ? null : Options.GetValueOrDefault((level, name));
}

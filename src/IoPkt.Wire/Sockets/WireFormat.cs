namespace IoPkt.Wire.Sockets;

/// <summary>The numbers of the wire format that belong to no one message.</summary>
public static class WireFormat
{
    public const ushort Version = 1;

    /// <summary>Bytes of the longest request, header included. A longer one is answered with <c>EINVAL</c>.</summary>
    public const int MaximumRequest = 64 * 1024;

    /// <summary>Bytes of payload in one message of a reply; a longer answer comes in several (<see cref="ReplyFlags.More"/>).</summary>
    public const int MaximumReplyPayload = 32 * 1024;

    /// <summary>Where a daemon listens, after its prefix: <c>/dev/socket/2</c>.</summary>
    public static string EntryPath(string prefix, int family) => $"{prefix}/dev/socket/{family}";
}

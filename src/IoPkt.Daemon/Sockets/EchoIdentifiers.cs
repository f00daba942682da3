using System.Diagnostics.CodeAnalysis;

namespace IoPkt.Daemon.Sockets;

/// <summary>ICMP echo identifiers in use by datagram sockets: what ports are to UDP.</summary>
internal sealed class EchoIdentifiers(Random random)
{
    private readonly HashSet<ushort> _used = [];

    [SuppressMessage("Security", "CA5394:Do not use insecure randomness", Justification = "The stack's one source of chance; an identifier is no secret.")]
    public bool TryTake(ref ushort identifier)
    {
        if (identifier != 0)
            return _used.Add(identifier);
        const int all = ushort.MaxValue;
        if (_used.Count == all)
            return false;
        do
            identifier = (ushort)random.Next(1, all + 1);
        while (!_used.Add(identifier));
        return true;
    }

    public void Give(ushort identifier) => _used.Remove(identifier);
}

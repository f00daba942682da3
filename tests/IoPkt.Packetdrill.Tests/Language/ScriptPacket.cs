namespace IoPkt.Packetdrill.Tests.Language;

/// <summary>What a script says of a packet.</summary>
/// <param name="Ecn">The IP header's ECN field; <c>null</c>: 0 in what is received, not checked in what is sent.</param>
internal abstract record ScriptPacket(int? Ecn);

/// <summary>A segment, with the script's sequence numbers.</summary>
/// <param name="Flags">TCP's flag bits.</param>
/// <param name="Length">Bytes of data.</param>
/// <param name="Window">As it stands in the header; <c>null</c>: not checked.</param>
/// <param name="Options"><c>null</c>: not checked.</param>
internal sealed record ScriptSegment(int? Ecn, int Flags, uint Sequence, int Length, uint Acknowledgment, int? Window, int Urgent, IReadOnlyList<ScriptOption>? Options)
    : ScriptPacket(Ecn);

/// <param name="Length">Bytes of data.</param>
internal sealed record ScriptDatagram(int? Ecn, int Length) : ScriptPacket(Ecn);

/// <summary>An ICMP error about a segment that the host has sent.</summary>
/// <param name="Sequence">The segment's sequence number in the script.</param>
/// <param name="Length">Its bytes of data.</param>
internal sealed record ScriptIcmp(int? Ecn, byte Type, byte Code, ushort Mtu, uint Sequence, int Length) : ScriptPacket(Ecn);

/// <summary>One TCP option.</summary>
/// <param name="Kind">Its number.</param>
/// <param name="Numbers">MSS; window scale; timestamp and echo; edges of SACK blocks.</param>
/// <param name="Bytes">A Fast Open cookie.</param>
internal sealed record ScriptOption(byte Kind, uint[] Numbers, byte[] Bytes)
{
    public const byte End = 0, NoOperation = 1, MaximumSegment = 2, WindowScale = 3, SackPermitted = 4, Sack = 5, Timestamps = 8, FastOpen = 34;

    public override string ToString() => Kind switch
    {
        End => "eol",
        NoOperation => "nop",
        MaximumSegment => $"mss {Numbers[0]}",
        WindowScale => $"wscale {Numbers[0]}",
        SackPermitted => "sackOK",
        Sack => "sack " + string.Join(' ', Numbers.Chunk(2).Select(b => $"{b[0]}:{b[1]}")),
        Timestamps => $"TS val {Numbers[0]} ecr {Numbers[1]}",
        FastOpen => $"FO {Convert.ToHexStringLower(Bytes)}",
        _ => $"option {Kind} {Convert.ToHexStringLower(Bytes)}",
    };
}

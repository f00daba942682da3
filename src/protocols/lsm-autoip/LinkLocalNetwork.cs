using System.Buffers.Binary;
using System.Net;

namespace IoPkt.Protocols.AutoIp;

/// <summary>169.254/16. RFC 3927, section 2.1: its first and its last 256 addresses are reserved.</summary>
internal static class LinkLocalNetwork
{
    public const int PrefixLength = 16;

    private const uint FirstNumber = 0xa9fe_0100, LastNumber = 0xa9fe_feff;

    public static IPAddress Network { get; } = FromNumber(0xa9fe_0000);

    public static IPAddress First { get; } = FromNumber(FirstNumber);

    public static IPAddress Last { get; } = FromNumber(LastNumber);

    public static bool Contains(IPAddress address) => ToNumber(address) >> 16 == 0xa9fe;

    public static bool IsUsable(IPAddress address) => ToNumber(address) is >= FirstNumber and <= LastNumber;

    /// <summary>
    /// The addresses to try, one after another, the same for the same station: "a pseudo-random number generator … seeded with a value derived from … the MAC address", so that
    /// a host has the same address after each start, and hosts that met once don't go on meeting.
    /// </summary>
    public static IEnumerable<IPAddress> Candidates(MacAddress station)
    {
        byte[] bytes = new byte[8];
        station.Write(bytes.AsSpan(2));
        ulong state = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        for (; ; )
        {
            // SplitMix64: each step of an arithmetic sequence, well mixed.
            state += 0x9e37_79b9_7f4a_7c15;
            ulong mixed = (state ^ state >> 30) * 0xbf58_476d_1ce4_e5b9;
            mixed = (mixed ^ mixed >> 27) * 0x94d0_49bb_1331_11eb;
            yield return FromNumber(FirstNumber + (uint)((mixed ^ mixed >> 31) % (LastNumber - FirstNumber + 1)));
        }
    }

    private static uint ToNumber(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes()) : 0;

    private static IPAddress FromNumber(uint number)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }
}

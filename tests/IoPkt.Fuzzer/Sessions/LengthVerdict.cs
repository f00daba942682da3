using System.Buffers.Binary;
using IoPkt.Fuzzer.Frames;

namespace IoPkt.Fuzzer.Sessions;

/// <summary>
/// A frame that's too short, or a datagram whose length is impossible, is dropped by the layer whose header says so, and counted there. Were it believed, the layer behind might refuse it for another
/// reason, and nothing else would show.
/// </summary>
/// <param name="stack">Of the frames.</param>
internal sealed class LengthVerdict(NetworkStack stack)
{
    private readonly Counter _runts = Find(stack, "ether", "frames shorter than their header");
    private readonly Counter _incomplete = Find(stack, "udp", "with incomplete header");
    private readonly Counter _impossible = Find(stack, "udp", "with bad data length field");
    private readonly Counter _received = Find(stack, "udp", "datagrams received");
    private readonly Counter _noMemory = Find(stack, "udp", "dropped for want of mbufs");

    /// <summary>Hands the stack a frame, and looks at what it says of its lengths.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="inject">Gives it to the stack, and tells whether there was memory for it.</param>
    /// <exception cref="FuzzingException">It's not what the frame is.</exception>
    public void Check(ReadOnlySpan<byte> frame, Func<ReadOnlySpan<byte>, bool> inject)
    {
        long runts = _runts.Value, incomplete = _incomplete.Value, impossible = _impossible.Value, received = _received.Value, noMemory = _noMemory.Value;
        if (!inject(frame))
            return;
        Demand("frames shorter than their header", _runts.Value - runts, frame.Length < FuzzedLink.EthernetHeader ? 1 : 0, frame);
        // What isn't handed to UDP whole, by this very frame, isn't looked at: fragments, and what IP or the forwarder took.
        if (_received.Value != received + 1 || _noMemory.Value != noMemory || !IsWholeDatagram(frame, out ReadOnlySpan<byte> datagram))
            return;
        bool isIncomplete = datagram.Length < 8;
        int length = isIncomplete ? 0 : BinaryPrimitives.ReadUInt16BigEndian(datagram[4..]);
        Demand("datagrams with an incomplete header", _incomplete.Value - incomplete, isIncomplete ? 1 : 0, frame);
        Demand("datagrams with an impossible length", _impossible.Value - impossible, !isIncomplete && (length < 8 || length > datagram.Length) ? 1 : 0, frame);
    }

    private static bool IsWholeDatagram(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> datagram)
    {
        datagram = default;
        ReadOnlySpan<byte> packet = frame[FuzzedLink.EthernetHeader..];
        if (BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != FuzzedLink.Ipv4 || packet.Length < 20 || packet[9] != FuzzedLink.Udp || (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3fff) != 0)
            return false;
        int header = (packet[0] & 15) * 4, length = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (header < 20 || header > length || length > packet.Length)
            return false;
        datagram = packet[header..length];
        return true;
    }

    private static Counter Find(NetworkStack stack, string group, string text) => stack.Counters.Single(g => g.Name == group).All.Single(c => c.Text == text);

    private static void Demand(string what, long counted, int actual, ReadOnlySpan<byte> frame)
    {
        if (counted != actual)
            throw new FuzzingException($"{counted} {what} were counted, and there was {actual}: {Convert.ToHexStringLower(frame)}");
    }
}

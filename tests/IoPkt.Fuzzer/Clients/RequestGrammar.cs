using System.Net;
using IoPkt.Wire.Sockets;

namespace IoPkt.Fuzzer.Clients;

/// <summary>What a client can say: messages as <c>docs/wire-format.md</c> has them, with values that are odd or at a limit. What they're about is the caller's choice.</summary>
internal sealed class RequestGrammar(Random random)
{
    private static readonly Operation[] s_operations = Enum.GetValues<Operation>();
    private static readonly int[] s_levels = [LinuxLevels.Ip, LinuxLevels.Socket, LinuxLevels.Tcp, 17, 41, LinuxLevels.Raw];
    private static readonly IPAddress[] s_addresses =
        [IPAddress.Loopback, IPAddress.Loopback, IPAddress.Loopback, IPAddress.Any, IPAddress.Broadcast, IPAddress.Parse("192.0.2.1"), IPAddress.Parse("224.0.0.1"), IPAddress.IPv6Loopback];

    private uint _tag;

    /// <summary>A request.</summary>
    public byte[] Request()
    {
        Operation operation = random.Next(20) == 0 ? (Operation)random.Next(70_000) : s_operations[random.Next(s_operations.Length)];
        byte[] payload = operation switch
        {
            Operation.Socket => [.. Number(random.Next(8) == 0 ? Odd() : random.Next(1, 4)), .. Number(random.Next(4) == 0 ? random.Next(300) : 0)],
            Operation.Bind or Operation.Connect => Name(),
            Operation.Listen or Operation.Shutdown => Number(random.Next(4) == 0 ? Odd() : random.Next(-1, 20)),
            Operation.SetOption => [.. Option(), .. random.Next(3) switch { 0 => Bytes(random.Next(70)), 1 => Number(Odd()), _ => Number(random.Next(3)) }],
            Operation.GetOption => [.. Option(), .. Number(random.Next(4) == 0 ? Odd() : random.Next(300))],
            Operation.Ioctl => [.. Number(0x8900 + random.Next(0x60)), .. Bytes(random.Next(3) == 0 ? random.Next(200) : 40)],
            Operation.Manage => Bytes(random.Next(4) == 0 ? random.Next(2000) : random.Next(8)),
            _ => random.Next(8) == 0 ? Bytes(random.Next(40)) : [],
        };
        byte[] message = new byte[RequestHeader.Size + payload.Length];
        new RequestHeader(random.Next(40) == 0 ? (ushort)random.Next(3) : WireFormat.Version, operation, ++_tag).Write(message);
        payload.CopyTo(message, RequestHeader.Size);
        return message;
    }

    /// <summary>What connects a stream, or would, but for its lengths.</summary>
    public byte[] Connect()
    {
        byte[] record = new byte[random.Next(8) switch { 0 => random.Next(ConnectRecord.HeadLength, ConnectRecord.MinimumLength), 1 => ConnectRecord.MaximumLength, _ => ConnectRecord.MinimumLength }];
        ConnectRecord.Write(record, SockAddr.From(Endpoint()));
        if (random.Next(8) == 0)
            Number(Odd()).CopyTo(record, 4 * random.Next(3));
        return record;
    }

    /// <summary>A datagram with a name and control messages.</summary>
    public byte[] Datagram()
    {
        byte[] name = random.Next(3) == 0 ? [] : Name(), control = random.Next(3) == 0 ? Control() : [], payload = Bytes(random.Next(10) == 0 ? random.Next(70_000) : random.Next(300));
        byte[] message = new byte[DatagramHeader.Size + DatagramHeader.Pad(name.Length) + DatagramHeader.Pad(control.Length) + payload.Length];
        DatagramHeader header = new((DatagramFlags)(random.Next(20) == 0 ? random.Next(4) : 0), (ushort)name.Length, (ushort)control.Length);
        header.Write(message);
        name.CopyTo(message, header.NameOffset);
        control.CopyTo(message, header.ControlOffset);
        payload.CopyTo(message, header.PayloadOffset);
        return message;
    }

    public byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Entries with a length, some of which lies.</summary>
    private byte[] Control()
    {
        List<byte> entries = [];
        for (int count = random.Next(1, 5); count > 0; count--)
        {
            byte[] data = Bytes(random.Next(3) == 0 ? random.Next(40) : 4);
            entries.AddRange([.. Number(s_levels[random.Next(s_levels.Length)]), .. Number(random.Next(60)), .. Number(random.Next(8) == 0 ? Odd() : data.Length), .. data]);
            while (entries.Count % 8 != 0)
                entries.Add(0);
        }
        return [.. entries];
    }

    private byte[] Option() => [.. Number(random.Next(8) == 0 ? Odd() : s_levels[random.Next(s_levels.Length)]), .. Number(random.Next(8) == 0 ? Odd() : random.Next(60))];

    private byte[] Name()
    {
        byte[] name = new byte[SockAddr.MaximumSize];
        name = name[..SockAddr.From(Endpoint()).Write(name)];
        return random.Next(10) switch { 0 => name[..random.Next(name.Length)], 1 => [.. name, .. Bytes(random.Next(20))], 2 => [.. Bytes(2), .. name[2..]], _ => name };
    }

    private IPEndPoint Endpoint() => new(s_addresses[random.Next(s_addresses.Length)], random.Next(4) switch { 0 => 0, 1 => random.Next(65536), _ => random.Next(20_000, 20_010) });

    private int Odd() => random.Next(6) switch { 0 => int.MaxValue, 1 => int.MinValue, 2 => -1, 3 => 0, 4 => 1 << random.Next(31), _ => random.Next(int.MinValue, int.MaxValue) };

    private static byte[] Number(int number) => BitConverter.GetBytes(number);
}

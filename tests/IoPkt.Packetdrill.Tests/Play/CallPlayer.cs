using System.Buffers.Binary;
using System.Text;
using IoPkt.Packetdrill.Calls;
using IoPkt.Packetdrill.Files;
using IoPkt.Packetdrill.Tests.Language;
using IoPkt.Wire.Sockets;

namespace IoPkt.Packetdrill.Tests.Play;

/// <summary>Makes a script's system calls.</summary>
internal sealed class CallPlayer(VirtualKernel kernel, Connection connection, SockAddr local, SockAddr remote)
{
    private readonly Dictionary<long, Descriptor> _descriptors = [];

    /// <summary>The connection's descriptor: the last that connected or was accepted.</summary>
    public int UnderTest { get; private set; } = -1;

    /// <summary>Begins a call.</summary>
    /// <param name="call">As the script has it.</param>
    /// <param name="fail">Makes the exception when an output argument isn't what the script says.</param>
    /// <returns>The call, and what's to be done when it's complete.</returns>
    public (SystemCall Call, Action<long> Complete) Begin(CallEvent call, Func<string, Exception> fail)
    {
        Arguments a = new(call.Arguments, fail);
        switch (call.Name)
        {
            case "socket":
                return (kernel.Completed(kernel.Socket((int)SockAddr.Inet, (int)a.Number(1), (int)a.Number(2))), result => Add(call.Result, result));
            case "bind":
                connection.LocalPort = local.Port;
                return (kernel.Completed(kernel.Bind(Find(a), local)), Nothing);
            case "listen":
                return (kernel.Completed(kernel.Listen(Find(a), (int)a.Number(1))), Nothing);
            case "accept":
                return (kernel.Accept(Find(a), static _ => { }), result => UnderTest = Add(call.Result, result));
            case "connect":
                UnderTest = Find(a);
                connection.RemotePort = remote.Port;
                return (kernel.Connect(UnderTest, remote), Nothing);
            case "close":
                return (kernel.Close(Find(a)), Nothing);
            case "shutdown":
                return (kernel.Completed(kernel.Shutdown(Find(a), (int)a.Number(1))), Nothing);
            case "fcntl":
                return (kernel.Completed(kernel.Fcntl(Find(a), (int)a.Number(1), a.Count > 2 ? a.Number(2) : 0)), Nothing);
            case "read" or "recv":
                return BeginRead(Describe(a), (int)a.Number(2), call.Name == "recv" ? (MessageFlags)a.Number(3) : MessageFlags.None, fail);
            case "sendto" when ((MessageFlags)a.Number(3) & MessageFlags.FastOpen) != 0:
                UnderTest = Find(a);
                connection.RemotePort = remote.Port;
                return BeginWrite(Describe(a), (int)a.Number(2), (MessageFlags)a.Number(3), hasDestination: true);
            case "write" or "send" or "sendto":
                return BeginWrite(Describe(a), (int)a.Number(2), call.Name == "write" ? MessageFlags.None : (MessageFlags)a.Number(3), call.Name == "sendto");
            case "ioctl":
                long result = kernel.Ioctl(Find(a), (ulong)a.Number(1), out int value);
                return (kernel.Completed(result), _ => a.Expect(2, value));
            case "getsockopt":
                return BeginGetOption(a);
            case "setsockopt":
                return (kernel.Completed(kernel.SetOption(Find(a), (int)a.Number(1), (int)a.Number(2), a.OptionValue(3))), Nothing);
            case "poll":
                return BeginPoll(a, fail);
            default:
                throw fail($"{call.Name}: not a system call that is known here");
        }
    }

    /// <summary>TCP_INFO of the connection.</summary>
    public byte[] GetInfo(Func<string, Exception> fail)
    {
        byte[] info = new byte[Stack.LinuxTcpInfo.Size];
        long result = kernel.GetOption(UnderTest, LinuxLevels.Tcp, LinuxTcpOptions.Info, info, out _);
        return result == 0 ? info : throw fail($"TCP_INFO can't be had: {(Errno)(-result)}");
    }

    private static void Nothing(long result)
    {
    }

    private int Add(long script, long real)
    {
        if (real >= 0)
            _descriptors[script] = new Descriptor((int)real);
        return real >= 0 ? (int)real : UnderTest;
    }

    private int Find(Arguments a) => Describe(a).Number;

    private Descriptor Describe(Arguments a) => _descriptors.GetValueOrDefault(a.Number(0)) ?? new Descriptor(-1);

    private (SystemCall, Action<long>) BeginRead(Descriptor file, int length, MessageFlags flags, Func<string, Exception> fail)
    {
        byte[] buffer = new byte[length];
        return (kernel.Receive(file.Number, buffer, flags, new ReceivedMessage()), Check);

        void Check(long result)
        {
            if (result > 0 && Payload.FindDifference(file.Read, buffer.AsSpan(0, (int)result)) is >= 0 and var difference)
                throw fail($"what was read differs from byte {difference} on");
            if (result > 0 && (flags & MessageFlags.Peek) == 0)
                file.Read += result;
        }
    }

    private (SystemCall, Action<long>) BeginWrite(Descriptor file, int length, MessageFlags flags, bool hasDestination) =>
        (kernel.Send(file.Number, Payload.Create(file.Written, length), flags, hasDestination ? remote : null), result => file.Written += Math.Max(0, result));

    private (SystemCall, Action<long>) BeginGetOption(Arguments a)
    {
        byte[] value = new byte[256];
        long result = kernel.GetOption(Find(a), (int)a.Number(1), (int)a.Number(2), value, out int length);
        return (kernel.Completed(result), Check);

        void Check(long result)
        {
            if (result < 0)
                return;
            if (a[3] is TextArgument)
                a.Expect(3, Encoding.ASCII.GetString(value, 0, length).TrimEnd('\0'));
            else if (a[3] is StructureArgument)
                a.Expect(3, [BinaryPrimitives.ReadInt32LittleEndian(value), BinaryPrimitives.ReadInt32LittleEndian(value.AsSpan(4))]);
            else
                a.Expect(3, BinaryPrimitives.ReadInt32LittleEndian(value));
        }
    }

    private (SystemCall, Action<long>) BeginPoll(Arguments a, Func<string, Exception> fail)
    {
        List<(PollEntry Entry, long Expected)> entries = [];
        foreach (Argument item in ((ListArgument)a[0]).Items)
        {
            IReadOnlyDictionary<string, Argument> named = ((StructureArgument)item).Fields;
            Arguments fields = new([named["fd"], named["events"], named["revents"]], fail);
            entries.Add((new PollEntry { Descriptor = Find(fields), Events = (PollEvents)fields.Number(1) }, fields.Number(2)));
        }
        return (kernel.Poll([.. entries.Select(e => e.Entry)], (int)a.Number(2)), Check);

        void Check(long result)
        {
            foreach ((PollEntry entry, long expected) in entries)
            {
                if ((long)entry.Ready != expected)
                    throw fail($"poll found {entry.Ready} ready, not {(PollEvents)expected}");
            }
        }
    }
}

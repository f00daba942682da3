namespace IoPkt.Peer;

/// <summary>
/// Joins an existing interface (through a packet socket) to a new TAP, losing and reordering frames on the way: netem for kernels that lack it.
/// Frames are relayed as they are, so both ends run without segmentation offload.
/// </summary>
internal sealed class LossyRelay
{
    private const int FrameLimit = 70_000;
    private const int IdleMilliseconds = 3;

    private readonly int _packetSocket;
    private readonly int _tap;
    private readonly ImpairedDirection _toTap;
    private readonly ImpairedDirection _toDevice;

    public LossyRelay(string device, string tap, Impairment impairment)
    {
        _packetSocket = Native.OpenPacketSocket(device);
        _tap = Native.OpenTap(tap);
        _toTap = new ImpairedDirection(impairment, new Random(impairment.Seed), frame => Native.Write(_tap, frame));
        _toDevice = new ImpairedDirection(impairment, new Random(impairment.Seed + 1), frame => Native.Write(_packetSocket, frame));
    }

    public int Run()
    {
        Console.WriteLine("relaying");
        byte[] frame = new byte[FrameLimit];
        Native.PollDescriptor[] polled = [new(_packetSocket), new(_tap)];
        while (true)
        {
            if (Native.Poll(polled, IdleMilliseconds) == 0)
            {
                _toTap.Idle();
                _toDevice.Idle();
            }
            Relay(polled[0], frame, _toTap);
            Relay(polled[1], frame, _toDevice);
        }
    }

    private static void Relay(Native.PollDescriptor from, byte[] frame, ImpairedDirection to)
    {
        if (!from.IsReadable)
            return;
        // A batch at most, so that one direction can't starve the other.
        for (int i = 0; i < 64; i++)
        {
            int length = Native.Read(from.Descriptor, frame);
            if (length <= 0)
                return;
            to.Pass(frame.AsSpan(0, length));
        }
    }
}

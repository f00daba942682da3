using System.Diagnostics;

namespace IoPkt.Peer;

/// <summary>
/// Joins an interface to a new TAP, losing, reordering and delaying frames on the way: netem for kernels that lack it. What exists already is joined through a packet socket, anything else is made, as a TAP too.
/// Frames are relayed as they are, so both ends run without segmentation offload.
/// </summary>
internal sealed class LossyRelay
{
    private const int FrameLimit = 70_000;
    private static readonly TimeSpan s_idle = TimeSpan.FromMilliseconds(3);

    private readonly int _device;
    private readonly int _tap;
    private readonly ImpairedDirection _toTap;
    private readonly ImpairedDirection _toDevice;
    private readonly Bottleneck[] _links;

    /// <param name="device">An interface, or the name of one to make.</param>
    /// <param name="tap">The TAP to make.</param>
    /// <param name="out">What happens to frames from the device.</param>
    /// <param name="back">What happens to frames to it.</param>
    /// <param name="link">The same in each direction.</param>
    public LossyRelay(string device, string tap, Impairment @out, Impairment back, LinkConditions link)
    {
        _device = Native.Exists(device) ? Native.OpenPacketSocket(device) : Native.OpenTap(device);
        _tap = Native.OpenTap(tap);
        _links = [new Bottleneck(link, frame => Native.Write(_tap, frame)), new Bottleneck(link, frame => Native.Write(_device, frame))];
        _toTap = new ImpairedDirection(@out, new Random(@out.Seed), _links[0].Offer);
        _toDevice = new ImpairedDirection(back, new Random(back.Seed + 1), _links[1].Offer);
    }

    public int Run()
    {
        Console.WriteLine("relaying");
        byte[] frame = new byte[FrameLimit];
        Native.PollDescriptor[] polled = [new(_device), new(_tap)];
        while (true)
        {
            TimeSpan limit = UntilNextDue();
            if (Native.Poll(polled, limit) == 0 && limit == s_idle)
            {
                _toTap.Idle();
                _toDevice.Idle();
            }
            Relay(polled[0], frame, _toTap);
            Relay(polled[1], frame, _toDevice);
            foreach (Bottleneck link in _links)
                link.Release();
        }
    }

    private TimeSpan UntilNextDue()
    {
        long next = Math.Min(_links[0].NextDue, _links[1].NextDue);
        if (next == long.MaxValue)
            return s_idle;
        TimeSpan left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), next);
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < s_idle ? left : s_idle;
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

using System.Buffers.Binary;

namespace IoPkt.Daemon.Tests.Threads;

/// <summary>A device that notes the number in each frame and does what the test says while it sends.</summary>
internal sealed class ScriptedQueue : IDeviceQueue
{
    /// <summary>The frames sent, in order.</summary>
    public List<int> Sent { get; } = [];

    /// <summary>How many frames came with each call.</summary>
    public List<int> Batches { get; } = [];

    /// <summary>Called at the beginning of each <see cref="Transmit"/>, with the number of calls before it.</summary>
    public Action<int> Sending { get; set; } = _ => { };

    public int Descriptor => -1;

    public DeviceCounters Received { get; } = new();

    public DeviceCounters Transmitted { get; } = new();

    public static Mbuf Frame(MbufPool pool, int number)
    {
        Mbuf frame = pool.Get()!;
        BinaryPrimitives.WriteInt32LittleEndian(frame.TrailingSpan, number);
        frame.Commit(sizeof(int));
        return frame;
    }

    public int Receive(ref MbufQueue frames, int budget) => 0;

    public void Transmit(ref MbufQueue frames)
    {
        int call = Batches.Count;
        Batches.Add(frames.Count);
        Sending(call);
        while (frames.TryDequeue(out Mbuf? frame))
        {
            Sent.Add(BinaryPrimitives.ReadInt32LittleEndian(frame.Span));
            frame.Free();
        }
    }
}

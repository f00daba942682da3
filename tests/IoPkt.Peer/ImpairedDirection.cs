namespace IoPkt.Peer;

/// <summary>One direction of the lossy wire.</summary>
/// <param name="impairment">What happens to frames.</param>
/// <param name="random">Makes the choices.</param>
/// <param name="send">Where frames go on.</param>
internal sealed class ImpairedDirection(Impairment impairment, Random random, ImpairedDirection.Send send)
{
    private readonly List<(byte[] Frame, int PassesLeft)> _held = [];

    public delegate void Send(ReadOnlySpan<byte> frame);

    public void Pass(Span<byte> frame)
    {
        if (random.NextDouble() < impairment.Loss)
            return;
        if (random.NextDouble() < impairment.Corrupt)
            frame[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8));
        if (random.NextDouble() < impairment.Reorder)
        {
            _held.Add((frame.ToArray(), impairment.Hold));
            return;
        }
        send(frame);
        if (random.NextDouble() < impairment.Duplicate)
            send(frame);
        for (int i = 0; i < _held.Count; i++)
            _held[i] = _held[i] with { PassesLeft = _held[i].PassesLeft - 1 };
        while (_held.Count > 0 && _held[0].PassesLeft <= 0)
            ReleaseOne();
    }

    /// <summary>Nothing has come for a while: a held frame mustn't wait for ever.</summary>
    public void Idle()
    {
        while (_held.Count > 0)
            ReleaseOne();
    }

    private void ReleaseOne()
    {
        send(_held[0].Frame);
        _held.RemoveAt(0);
    }
}

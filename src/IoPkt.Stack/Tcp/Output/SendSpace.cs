namespace IoPkt.Stack;

/// <summary>How much the user may queue.</summary>
internal sealed partial class TcpConnection
{
    private bool _wantsWritable;

    /// <summary>With auto-tuning, twice what the congestion window lets be in flight: one half is on the way, the other ready to follow.</summary>
    private int SendLimit
    {
        get
        {
            int limit = Socket.Options.SendBuffer;
            if (Socket.Options.IsSendBufferFixed || !Settings.SendBufferAutotuning || _recovery.Congestion is not { } congestion)
                return limit;
            return (int)Math.Clamp(2L * congestion.Window, limit, Math.Max(limit, Settings.MaximumSendBuffer));
        }
    }

    /// <summary>Tells the user once there's room worth waking up for: a third of the buffer.</summary>
    private void NotifyWritable()
    {
        if (!_wantsWritable || _finPending || SendSpace < Math.Min(SendLimit, Socket.NotSentLowWater) / 3)
            return;
        _wantsWritable = false;
        Socket.SpaceFreed();
    }
}

namespace IoPkt.Simulator;

/// <summary>What the user at one end of a connection does.</summary>
internal sealed record ApplicationPlan
{
    public int BytesToSend { get; init; }

    public int LargestWrite { get; init; } = 65536;

    public int LargestRead { get; init; } = 65536;

    /// <summary>After a read, nothing is read for this long.</summary>
    public long ReadPause { get; init; }

    /// <summary>After a write, nothing is written for this long.</summary>
    public long WritePause { get; init; }

    /// <summary>Closes as soon as everything is sent, without reading the peer's data to their end.</summary>
    public bool ClosesEarly { get; init; }

    /// <summary>Sends nothing before the peer's data have ended.</summary>
    public bool SendsLast { get; init; }

    /// <summary>When to reset the connection, after it was begun or accepted; <c>null</c>: never.</summary>
    public long? AbortAt { get; init; }

    /// <summary>When to close it, whatever has been sent and received.</summary>
    public long? CloseAt { get; init; }

    /// <summary>SO_LINGER with zero: closing is a reset.</summary>
    public bool ResetsOnClose { get; init; }

    public bool NoDelay { get; init; }

    /// <summary>TCP_CORK until everything is written.</summary>
    public bool Corks { get; init; }

    public bool QuickAck { get; init; }

    public int ReceiveBuffer { get; init; }

    public int SendBuffer { get; init; }

    /// <summary>TCP_MAXSEG; 0: none.</summary>
    public int MaximumSegment { get; init; }

    /// <summary>TCP_CONGESTION; <c>null</c>: the stack's own choice.</summary>
    public string? CongestionControl { get; init; }

    /// <summary>A peer that has gone is noticed though there's nothing to send.</summary>
    public bool KeepsAlive { get; init; }

    /// <summary>TCP_USER_TIMEOUT, in microseconds; 0: none.</summary>
    public long UserTimeout { get; init; }

    /// <summary>Whether this end does something that may cost the peer data.</summary>
    public bool IsRude => ClosesEarly || ResetsOnClose || AbortAt is not null || CloseAt is not null;

    public override string ToString()
    {
        List<string> parts = [$"sends {BytesToSend} by {LargestWrite}", $"reads by {LargestRead}"];
        Add(WritePause > 0, $"writes every {WritePause} us");
        Add(ReadPause > 0, $"reads every {ReadPause} us");
        Add(SendsLast, "sends last");
        Add(ClosesEarly, "closes early");
        Add(ResetsOnClose, "resets on close");
        Add(AbortAt is not null, $"aborts at {AbortAt} us");
        Add(CloseAt is not null, $"closes at {CloseAt} us");
        Add(NoDelay, "TCP_NODELAY");
        Add(Corks, "TCP_CORK");
        Add(QuickAck, "TCP_QUICKACK");
        Add(ReceiveBuffer > 0, $"SO_RCVBUF {ReceiveBuffer}");
        Add(SendBuffer > 0, $"SO_SNDBUF {SendBuffer}");
        Add(MaximumSegment > 0, $"TCP_MAXSEG {MaximumSegment}");
        Add(CongestionControl is not null, CongestionControl ?? "");
        Add(KeepsAlive, "SO_KEEPALIVE");
        Add(UserTimeout > 0, $"TCP_USER_TIMEOUT {UserTimeout} us");
        return string.Join(", ", parts);

        void Add(bool isSo, string text)
        {
            if (isSo)
                parts.Add(text);
        }
    }
}

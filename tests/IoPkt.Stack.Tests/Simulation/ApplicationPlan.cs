namespace IoPkt.Stack.Tests.Simulation;

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

    /// <summary>When to reset the connection, after it was made; <c>null</c>: never.</summary>
    public long? AbortAt { get; init; }

    public bool NoDelay { get; init; }

    public int ReceiveBuffer { get; init; }

    public int SendBuffer { get; init; }

    /// <summary>Whether this end does something that may cost the peer data.</summary>
    public bool IsRude => ClosesEarly || AbortAt is not null;
}

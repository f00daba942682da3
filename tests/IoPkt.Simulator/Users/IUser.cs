namespace IoPkt.Simulator;

/// <summary>One end of a connection, as the simulation watches it.</summary>
internal interface IUser
{
    string Name { get; }

    int Sent { get; }

    int Received { get; }

    /// <summary>It wants nothing more of the connection.</summary>
    bool IsClosed { get; }

    /// <summary>When bytes were sent or received last, or the connection's state changed.</summary>
    long LastProgress { get; }

    /// <summary>When it wants to act though nothing happens.</summary>
    long NextAlarm { get; }
}

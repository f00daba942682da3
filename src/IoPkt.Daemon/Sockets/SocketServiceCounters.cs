using IoPkt.Stack;

namespace IoPkt.Daemon.Sockets;

/// <summary>What <c>netstat -s</c> shows under "socket".</summary>
internal sealed class SocketServiceCounters : CounterGroup
{
    public SocketServiceCounters()
        : base("socket")
    {
        Connections = Define("control connections accepted");
        Requests = Define("requests received");
        Malformed = Define("malformed requests");
        NotOurs = Define("requests about a descriptor of another");
        Sockets = Define("sockets created");
        Accepted = Define("connections handed to a listener");
        Refused = Define("requests refused for lack of privilege");
        MalformedMessages = Define("sockets closed for a malformed message");
        Exhausted = Define("times out of memory or descriptors");
        ConnectionsLost = Define("control connections closed for misbehaviour");
        StreamReads = Define("reads of clients' streams");
        StreamBytes = Define("bytes read from clients' streams");
    }

    public Counter Connections { get; }

    public Counter Requests { get; }

    public Counter Malformed { get; }

    public Counter NotOurs { get; }

    public Counter Sockets { get; }

    public Counter Accepted { get; }

    public Counter Refused { get; }

    public Counter MalformedMessages { get; }

    public Counter Exhausted { get; }

    public Counter ConnectionsLost { get; }

    public Counter StreamReads { get; }

    public Counter StreamBytes { get; }
}

namespace IoPkt.Stack;

internal sealed class IcmpCounters : CounterGroup
{
    public IcmpCounters()
        : base("icmp")
    {
        ErrorsSent = Define("calls to icmp_error");
        ErrorsNotSent = Define("errors not generated because the packet may not be answered");
        ErrorsLimited = Define("errors not generated because rate limitation");
        Received = Define("messages received");
        TooShort = Define("messages shorter than minimum length");
        BadChecksum = Define("messages with bad checksum");
        NoMemory = Define("messages dropped for want of mbufs");
        BadQuote = Define("messages about packets that we can't have sent");
        Echoes = Define("echo requests received");
        EchoReplies = Define("echo replies received");
        Unreachables = Define("destination unreachable messages received");
        TimeExceeded = Define("time exceeded messages received");
        ParameterProblems = Define("parameter problem messages received");
        Redirects = Define("redirect messages received");
        RedirectsIgnored = Define("redirects ignored");
        Ignored = Define("messages of other types received and ignored");
        UnknownCodes = Define("messages about errors with an unknown code, ignored");
        BroadcastEchoes = Define("echo requests to a group, ignored");
        RepliesSent = Define("echo replies sent");
        PathMtuChanges = Define("path MTU changes");
    }

    public Counter ErrorsSent { get; }

    public Counter ErrorsNotSent { get; }

    public Counter ErrorsLimited { get; }

    public Counter Received { get; }

    public Counter TooShort { get; }

    public Counter BadChecksum { get; }

    public Counter NoMemory { get; }

    public Counter BadQuote { get; }

    public Counter Echoes { get; }

    public Counter EchoReplies { get; }

    public Counter Unreachables { get; }

    public Counter TimeExceeded { get; }

    public Counter ParameterProblems { get; }

    public Counter Redirects { get; }

    public Counter RedirectsIgnored { get; }

    public Counter Ignored { get; }

    /// <summary>Counted by their type, too.</summary>
    public Counter UnknownCodes { get; }

    public Counter BroadcastEchoes { get; }

    public Counter RepliesSent { get; }

    public Counter PathMtuChanges { get; }
}

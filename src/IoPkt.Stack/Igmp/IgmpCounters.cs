namespace IoPkt.Stack;

internal sealed class IgmpCounters : CounterGroup
{
    public IgmpCounters()
        : base("igmp")
    {
        Received = Define("messages received");
        TooShort = Define("messages received with too few bytes");
        BadChecksum = Define("messages received with bad checksum");
        BadTtl = Define("messages received from another network");
        Queries = Define("membership queries received");
        BadQueries = Define("membership queries received with invalid fields");
        Reports = Define("membership reports received");
        OwnReports = Define("membership reports received for groups to which we belong");
        Others = Define("messages of other types received and ignored");
        ReportsSent = Define("membership reports sent");
        LeavesSent = Define("leave messages sent");
        NoMemory = Define("messages not sent for want of mbufs");
    }

    public Counter Received { get; }

    public Counter TooShort { get; }

    public Counter BadChecksum { get; }

    public Counter BadTtl { get; }

    public Counter Queries { get; }

    public Counter BadQueries { get; }

    public Counter Reports { get; }

    public Counter OwnReports { get; }

    public Counter Others { get; }

    public Counter ReportsSent { get; }

    public Counter LeavesSent { get; }

    public Counter NoMemory { get; }
}

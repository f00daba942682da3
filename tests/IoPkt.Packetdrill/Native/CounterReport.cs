using IoPkt.Packetdrill.Host;

namespace IoPkt.Packetdrill.Native;

/// <summary>What Linux's <c>nstat</c> would say: a name and a number a line.</summary>
internal static class CounterReport
{
    /// <summary>Linux's names, and what netstat calls the same.</summary>
    private static readonly (string Name, string Text)[] Names =
    [
        ("TcpExtOutOfWindowIcmps", "ICMP messages ignored"),
        ("TcpExtBeyondWindow", "packets received with data after window"),
    ];

    public static string Describe(VirtualHost host) =>
        string.Concat(Names.Select(entry => $"{entry.Name} {host.Stack.Counters.SelectMany(static group => group.All).Single(counter => counter.Text == entry.Text).Value}\n"));
}

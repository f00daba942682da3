namespace IoPkt.Daemon.CommandLine;

internal static class ProtocolNames
{
    /// <summary>The protocol that is the stack itself.</summary>
    public const string TcpIp = "tcpip";
}

namespace IoPkt.Stack;

/// <summary>What an ICMP error is to the user of a datagram or raw socket.</summary>
internal static class TransportErrors
{
    /// <summary>Linux's mapping: RFC 1122, section 4.1.3.3 wants them passed on and leaves the names open.</summary>
    public static Errno ToErrno(TransportError error) => error switch
    {
        TransportError.NetworkUnreachable => Errno.NetworkUnreachable,
        TransportError.PortUnreachable => Errno.ConnectionRefused,
        TransportError.ProtocolUnreachable => Errno.NoProtocolOption,
        TransportError.MessageTooBig => Errno.MessageTooLong,
        TransportError.ParameterProblem => Errno.InputOutput,
        _ => Errno.HostUnreachable,
    };
}

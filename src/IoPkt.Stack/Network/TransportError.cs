namespace IoPkt.Stack;

/// <summary>What the network tells a transport protocol about a packet it sent. ICMP and ICMPv6 both come to this.</summary>
public enum TransportError
{
    NetworkUnreachable,
    HostUnreachable,
    ProtocolUnreachable,
    PortUnreachable,
    /// <summary>Fragmentation needed, or packet too big: the new path MTU comes with it.</summary>
    MessageTooBig,
    AdministrativelyProhibited,
    TimeExceeded,
    ParameterProblem,
}

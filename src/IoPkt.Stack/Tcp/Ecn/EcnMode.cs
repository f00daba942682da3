namespace IoPkt.Stack;

/// <summary>What a stack does about ECN (RFC 3168). The values are those of Linux's <c>net.ipv4.tcp_ecn</c>.</summary>
public enum EcnMode
{
    /// <summary>Neither asks for it nor agrees to it.</summary>
    Off = 0,
    /// <summary>Asks for it when connecting, and agrees to it.</summary>
    On = 1,
    /// <summary>Agrees when a peer asks.</summary>
    Passive = 2,
}

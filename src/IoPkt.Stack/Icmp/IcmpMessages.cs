namespace IoPkt.Stack;

/// <summary>Types of ICMP messages (RFC 792).</summary>
internal static class IcmpType
{
    public const byte EchoReply = 0;
    public const byte Unreachable = 3;
    public const byte SourceQuench = 4;
    public const byte Redirect = 5;
    public const byte Echo = 8;
    public const byte TimeExceeded = 11;
    public const byte ParameterProblem = 12;
    public const byte Timestamp = 13;
    public const byte TimestampReply = 14;
    public const byte InformationRequest = 15;
    public const byte InformationReply = 16;
    public const byte MaskRequest = 17;
    public const byte MaskReply = 18;

    /// <summary>Messages about a packet, which quote it; none of them is ever answered with another.</summary>
    public static bool IsError(byte type) => type is Unreachable or SourceQuench or Redirect or TimeExceeded or ParameterProblem;

    /// <summary>Queries and their answers. Everything else may be an error that we don't know.</summary>
    public static bool IsInformational(byte type) => type is EchoReply or Echo or (>= Timestamp and <= MaskReply);
}

/// <summary>Codes of unreachable and time exceeded messages (RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1).</summary>
internal static class IcmpCode
{
    public const byte NetworkUnreachable = 0;
    public const byte HostUnreachable = 1;
    public const byte ProtocolUnreachable = 2;
    public const byte PortUnreachable = 3;
    public const byte FragmentationNeeded = 4;
    public const byte SourceRouteFailed = 5;
    public const byte AdministrativelyProhibited = 13;

    public const byte RedirectNetwork = 0;
    public const byte RedirectHost = 1;

    public const byte TtlExceeded = 0;
    public const byte ReassemblyTimeExceeded = 1;
}

namespace IoPkt.Stack;

/// <summary>Message types of all versions (RFC 3376, section 4).</summary>
internal static class IgmpType
{
    public const byte Query = 0x11;
    public const byte Version1Report = 0x12;
    public const byte Version2Report = 0x16;
    public const byte Leave = 0x17;
    public const byte Version3Report = 0x22;
}

/// <summary>What a record of a version 3 report says of its group (RFC 3376, section 4.2.12).</summary>
internal enum IgmpRecordType : byte
{
    /// <summary>MODE_IS_INCLUDE: the sources that are wanted, of those asked about.</summary>
    IsInclude = 1,
    /// <summary>MODE_IS_EXCLUDE: a member, whoever sends.</summary>
    IsExclude = 2,
    /// <summary>CHANGE_TO_INCLUDE_MODE without a source: no longer a member.</summary>
    ToInclude = 3,
    /// <summary>CHANGE_TO_EXCLUDE_MODE: a member from now on.</summary>
    ToExclude = 4,
}

/// <summary>Addresses that the protocol has for itself.</summary>
internal static class IgmpAddress
{
    /// <summary>224.0.0.1, which every host belongs to and none reports (RFC 3376, section 6).</summary>
    public const uint AllSystems = 0xe000_0001;

    /// <summary>224.0.0.2: where version 2 says that a group is left.</summary>
    public const uint AllRouters = 0xe000_0002;

    /// <summary>224.0.0.22: where version 3 reports go.</summary>
    public const uint Version3Routers = 0xe000_0016;
}

namespace IoPkt.Legacy;

/// <summary>
/// Says, on an assembly, which of its types is the io-net driver (<c>devn-*</c>): <c>[assembly: LegacyDriverModule(typeof(UdpDriver))]</c>. The type has a constructor without
/// parameters.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class LegacyDriverModuleAttribute(Type driver) : Attribute
{
    public Type Driver { get; } = driver;
}

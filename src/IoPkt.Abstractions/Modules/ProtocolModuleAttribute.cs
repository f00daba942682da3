namespace IoPkt;

/// <summary>Says, on an assembly, which of its types is the protocol: <c>[assembly: ProtocolModule(typeof(AutoIp))]</c>. The type has a constructor without parameters.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class ProtocolModuleAttribute(Type protocol) : Attribute
{
    public Type Protocol { get; } = protocol;
}

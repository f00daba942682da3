namespace IoPkt;

/// <summary>Says, on an assembly, which of its types is the driver: <c>[assembly: DriverModule(typeof(TapDriver))]</c>. The type has a constructor without parameters.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class DriverModuleAttribute(Type driver) : Attribute
{
    public Type Driver { get; } = driver;
}

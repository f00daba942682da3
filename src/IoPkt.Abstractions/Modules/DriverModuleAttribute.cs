namespace IoPkt;

/// <summary>Says, on an assembly, which of its types is the driver: <c>[assembly: DriverModule(typeof(TapDriver))]</c>. The type has a constructor without parameters.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class DriverModuleAttribute(Type driver) : Attribute
{
    public Type Driver { get; } = driver;

    /// <summary>
    /// The driver makes an interface without any option, so <c>ifconfig tap1 create</c> can ask for one: what BSD calls a cloner. <c>ifconfig -C</c> lists them.
    /// </summary>
    public bool CanCreate { get; init; }
}

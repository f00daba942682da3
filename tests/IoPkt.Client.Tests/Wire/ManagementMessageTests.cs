using System.Reflection;
using IoPkt.Wire.Management;

namespace IoPkt.Client.Tests.Wire;

public sealed class ManagementMessageTests
{
    /// <summary>What is null isn't written, so whoever reads it must not insist on it.</summary>
    [Fact]
    public void Whatever_may_be_absent_has_a_default()
    {
        NullabilityInfoContext nullability = new();
        string[] demanded = [.. typeof(ManagementJson).Assembly.GetExportedTypes()
            .Where(t => t.Namespace == typeof(ManagementJson).Namespace)
            .SelectMany(t => t.GetConstructors().SelectMany(c => c.GetParameters()))
            .Where(p => nullability.Create(p).WriteState == NullabilityState.Nullable && !p.HasDefaultValue)
            .Select(p => $"{p.Member.DeclaringType!.Name}.{p.Name}")];
        Assert.Empty(demanded);
    }
}

using System.Text.Json.Serialization.Metadata;

namespace IoPkt.Wire.Management;

/// <summary>One request of the management protocol: its name, whether it changes the stack, and how its arguments and its result are written.</summary>
/// <remarks>How they're written is looked up when it's used: it costs some milliseconds a kind the first time, and neither end needs them all.</remarks>
public sealed class ManagementOperation<TArguments, TResult>(
    string name, bool isChange, Func<ManagementJson, JsonTypeInfo<TArguments>> arguments, Func<ManagementJson, JsonTypeInfo<TResult>> result)
{
    /// <summary>As in the request's <c>request</c> member.</summary>
    public string Name { get; } = name;

    /// <summary>It needs root or the daemon's own user.</summary>
    public bool IsChange { get; } = isChange;

    /// <summary>Of the <c>arguments</c> member.</summary>
    public JsonTypeInfo<TArguments> Arguments => arguments(ManagementJson.Default);

    /// <summary>Of the answer's <c>result</c> member.</summary>
    public JsonTypeInfo<TResult> Result => result(ManagementJson.Default);
}

using System.Text.Json.Serialization.Metadata;

namespace IoPkt.Wire.Management;

/// <summary>One request of the management protocol: its name, whether it changes the stack, and how its arguments and its result are written.</summary>
/// <param name="Name">As in the request's <c>request</c> member.</param>
/// <param name="IsChange">It needs root or the daemon's own user.</param>
/// <param name="Arguments">Of the <c>arguments</c> member.</param>
/// <param name="Result">Of the answer's <c>result</c> member.</param>
public sealed record ManagementOperation<TArguments, TResult>(
    string Name, bool IsChange, JsonTypeInfo<TArguments> Arguments, JsonTypeInfo<TResult> Result);

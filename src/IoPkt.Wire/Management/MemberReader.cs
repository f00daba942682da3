using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace IoPkt.Wire.Management;

/// <summary>Reads an object that a person may have written by hand: what's wrong with it is said in the protocol's words, with what is valid.</summary>
public static class MemberReader
{
    /// <param name="json">The object.</param>
    /// <param name="type">What it's to become.</param>
    /// <param name="what">What the message calls it: "arguments".</param>
    /// <exception cref="JsonException">It isn't one: the message names the member.</exception>
    public static T Read<T>(JsonElement json, JsonTypeInfo<T> type, string what)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (json.ValueKind != JsonValueKind.Object)
            throw new JsonException($"'{what}' is no object but {json.GetRawText()}");
        foreach (JsonProperty member in json.EnumerateObject())
        {
            if (!type.Properties.Any(p => p.Name == member.Name))
                throw new JsonException($"unknown member '{member.Name}' in {what}; {Known(type)}");
        }
        foreach (JsonPropertyInfo needed in type.Properties)
        {
            if ((needed.IsRequired || needed.AssociatedParameter is { HasDefaultValue: false, IsMemberInitializer: false }) && !json.TryGetProperty(needed.Name, out _))
                throw new JsonException($"member '{needed.Name}' is missing in {what}; {Known(type)}");
        }
        try
        {
            return json.Deserialize(type)!;
        }
        catch (JsonException wrong) when (wrong.Path is { Length: > 2 } path)
        {
            throw new JsonException($"member '{path[2..]}' in {what}: {Expected(type, path[2..])}", wrong);
        }
    }

    private static string Known(JsonTypeInfo type) => type.Properties.Count == 0 ? "there are none" : $"valid are {string.Join(", ", type.Properties.Select(p => p.Name))}";

    private static string Expected(JsonTypeInfo type, string member)
    {
        Type? wanted = type.Properties.FirstOrDefault(p => p.Name == member)?.PropertyType;
        return (wanted is null ? TypeCode.Empty : Type.GetTypeCode(Nullable.GetUnderlyingType(wanted) ?? wanted)) switch
        {
            TypeCode.String => "a string is needed",
            TypeCode.Boolean => "true or false is needed",
            TypeCode.Int32 or TypeCode.Int64 or TypeCode.Byte => "a whole number in its range is needed",
            TypeCode.Double => "a number is needed",
            _ => "a value of another form is needed",
        };
    }
}

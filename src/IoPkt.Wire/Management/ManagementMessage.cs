using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace IoPkt.Wire.Management;

/// <summary>The envelope around requests and answers: how they're written and taken apart.</summary>
public static class ManagementMessage
{
    /// <summary>The version of the protocol that this assembly speaks.</summary>
    public const int Version = 1;

    /// <summary><c>{"version":1,"request":NAME,"arguments":{…}}</c></summary>
    public static ReadOnlyMemory<byte> WriteRequest<TArguments, TResult>(ManagementOperation<TArguments, TResult> operation, TArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter writer = new(buffer);
        writer.WriteStartObject();
        writer.WriteNumber("version", Version);
        writer.WriteString("request", operation.Name);
        writer.WritePropertyName("arguments");
        JsonSerializer.Serialize(writer, arguments, operation.Arguments);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary><c>{"version":1,"result":{…}}</c></summary>
    public static ReadOnlyMemory<byte> WriteResult<T>(T result, JsonTypeInfo<T> type) => WriteAnswer("result", result, type);

    /// <summary><c>{"version":1,"error":{"errno":…,"message":"…"}}</c></summary>
    public static ReadOnlyMemory<byte> WriteError(ManagementError error) => WriteAnswer("error", error, ManagementJson.Default.ManagementError);

    /// <summary>Takes a request apart; what it says isn't checked further than its form.</summary>
    /// <exception cref="JsonException">It isn't JSON, or not a request; the message says what's wrong.</exception>
    public static ManagementRequest ReadRequest(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        // What it holds on to must not be the document's, which goes.
        return MemberReader.Read(document.RootElement.Clone(), ManagementJson.Default.ManagementRequest, "request");
    }

    /// <summary>Takes an answer apart.</summary>
    /// <returns>The result, or the error.</returns>
    /// <exception cref="JsonException">It isn't an answer to this operation.</exception>
    public static (TResult? Result, ManagementError? Error) ReadAnswer<TArguments, TResult>(
        ManagementOperation<TArguments, TResult> operation, ReadOnlySpan<byte> json)
        where TResult : class
    {
        ArgumentNullException.ThrowIfNull(operation);
        Utf8JsonReader reader = new(json);
        TResult? result = null;
        ManagementError? error = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("the answer is not an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("result"u8))
            {
                reader.Read();
                result = JsonSerializer.Deserialize(ref reader, operation.Result);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                error = JsonSerializer.Deserialize(ref reader, ManagementJson.Default.ManagementError);
            }
            else
            {
                reader.Skip();
            }
        }
        if (result is null && error is null)
            throw new JsonException($"the answer to '{operation.Name}' has neither a result nor an error");
        return (result, error);
    }

    private static ReadOnlyMemory<byte> WriteAnswer<T>(string member, T value, JsonTypeInfo<T> type)
    {
        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter writer = new(buffer);
        writer.WriteStartObject();
        writer.WriteNumber("version", Version);
        writer.WritePropertyName(member);
        JsonSerializer.Serialize(writer, value, type);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}

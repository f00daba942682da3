using System.Text.Json;
using IoPkt.Wire.Management;

namespace IoPkt.Daemon.Management;

/// <summary>One request, ready to be answered: its arguments are read, the work done and the result written here, so that the groups deal in records only.</summary>
/// <param name="IsChange">Root and the daemon's user only.</param>
/// <param name="AnswerAsync">From arguments to the whole answer.</param>
internal sealed record OperationEntry(bool IsChange, Func<JsonElement?, Task<ReadOnlyMemory<byte>>> AnswerAsync);

/// <summary>Requests that belong together: interfaces, routes…</summary>
internal interface IOperationGroup
{
    void Register(OperationTable table);
}

/// <summary>The requests by name. Filled once, then only read.</summary>
internal sealed class OperationTable
{
    private static readonly JsonElement None = JsonElement.Parse("{}"u8);

    private readonly Dictionary<string, OperationEntry> _entries = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _entries.Keys.Order(StringComparer.Ordinal);

    public OperationEntry? Find(string name) => _entries.GetValueOrDefault(name);

    public void Add<TArguments, TResult>(ManagementOperation<TArguments, TResult> operation, Func<TArguments, Task<TResult>> work)
    {
        _entries.Add(operation.Name, new OperationEntry(operation.IsChange, AnswerAsync));

        async Task<ReadOnlyMemory<byte>> AnswerAsync(JsonElement? json)
        {
            TArguments arguments = MemberReader.Read(json ?? None, operation.Arguments, "arguments");
            TResult result = await work(arguments).ConfigureAwait(false);
            return ManagementMessage.WriteResult(result, operation.Result);
        }
    }
}

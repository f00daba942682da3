using System.Text.Json;
using IoPkt.Client.Tests.Tools;

namespace IoPkt.Client.Tests.Wire;

/// <summary>What a person who writes requests by hand is told.</summary>
public sealed class ManagementRefusalTests : IDisposable
{
    private readonly ToolRunner _tools = new();

    public void Dispose() => _tools.Dispose();

    [Theory]
    [InlineData("""{"request":"routes","argumnts":{}}""", "unknown member 'argumnts' in request; valid are request, version, arguments")]
    [InlineData("""{"version":1}""", "member 'request' is missing in request; valid are request, version, arguments")]
    [InlineData("""{"request":5}""", "member 'request' in request: a string is needed")]
    [InlineData("""[1]""", "'request' is no object but [1]")]
    [InlineData("""{"request":"routes","arguments":{"x":1}}""", "unknown member 'x' in arguments; there are none")]
    [InlineData("""{"request":"settings","arguments":{"nam":"kern"}}""", "unknown member 'nam' in arguments; valid are name")]
    [InlineData("""{"request":"change-setting","arguments":{"name":"kern.somaxconn"}}""", "member 'value' is missing in arguments; valid are name, value")]
    [InlineData("""{"request":"set-interface","arguments":{"name":"lo0","mtu":"big"}}""", "member 'mtu' in arguments: a whole number in its range is needed")]
    [InlineData("""{"request":"set-interface","arguments":{"name":"lo0","mtu":99999999999}}""", "member 'mtu' in arguments: a whole number in its range is needed")]
    public async Task A_wrong_member_is_named_with_what_is_valid(string request, string message)
    {
        JsonElement answer = await _tools.Harness.AskAsync(request);
        Assert.Equal(message, answer.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal(22, answer.GetProperty("error").GetProperty("errno").GetInt32());
    }

    [Theory]
    [InlineData("""{"request":"routes"}""")]
    [InlineData("""{"version":1,"request":"settings","arguments":{"name":"kern.hostname"}}""")]
    [InlineData("""{"request":"settings","arguments":{}}""")]
    public async Task What_may_be_left_out_is_not_asked_for(string request) =>
        Assert.True((await _tools.Harness.AskAsync(request)).TryGetProperty("result", out _));
}

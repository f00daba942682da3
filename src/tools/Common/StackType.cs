using System.Globalization;
using System.Text.RegularExpressions;
using IoPkt.Client;
using IoPkt.Wire.Instances;

namespace IoPkt.Tools;

/// <summary>The type that <c>mount -T</c> names a stack by: <c>io-pkt</c> or <c>io-pktN</c>, N being the number of <c>-i</c>; also io-net's <c>io-net[N]</c>, and <c>tcpip</c>.</summary>
/// <param name="Number"><c>null</c>: none was given.</param>
public sealed partial record StackType(int? Number)
{
    /// <returns><c>null</c> for any other type, which is the system's business.</returns>
    public static StackType? Parse(string text)
    {
        if (text == "tcpip")
            return new StackType(null as int?);
        Match match = Form().Match(text);
        return !match.Success ? null
            : match.Groups[1].Length == 0 ? new StackType(null as int?)
            : int.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? new StackType(number)
            : throw new ToolException($"type {text}: no instance has such a number");
    }

    /// <summary>The daemon of that number. Without a number: the one that <c>SOCK</c> names, or else instance 0.</summary>
    /// <exception cref="ToolException">There is no such daemon, or there are several.</exception>
    public IoPktClient Connect()
    {
        if (Number is null && Environment.GetEnvironmentVariable("SOCK") is { Length: > 0 } prefix)
            return new IoPktClient(prefix);
        int number = Number ?? 0;
        return InstanceRegistry.Find(number) switch
        {
            [] => throw new ToolException($"no io-pkt instance {number} is running (start one with -i {number}, or name its prefix in SOCK)"),
            [var only] => new IoPktClient(only.Prefix),
            var several => throw new ToolException($"instance {number} runs in several network namespaces ({string.Join("; ", several)}): name one by its prefix in SOCK"),
        };
    }

    [GeneratedRegex(@"^io-(?:pkt|net)(\d*)$")]
    private static partial Regex Form();
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace IoPkt.Wire.Instances;

/// <summary>What a running daemon notes of itself.</summary>
/// <param name="Program">The variant: "io-pkt-v4".</param>
/// <param name="ProcessId">In the daemon's PID namespace.</param>
/// <param name="Prefix">The value of <c>prefix=</c>, perhaps empty.</param>
public sealed partial record InstanceEntry(string Program, int ProcessId, string Prefix)
{
    /// <summary>As it stands in the file, and as people read it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Program} process {ProcessId} prefix {Prefix}");

    public static bool TryParse(string text, [MaybeNullWhen(false)] out InstanceEntry entry)
    {
        ArgumentNullException.ThrowIfNull(text);
        Match match = Form().Match(text.TrimEnd('\n'));
        entry = match.Success && int.TryParse(match.Groups[2].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int process)
            ? new InstanceEntry(match.Groups[1].Value, process, match.Groups[3].Value)
            : null;
        return entry is not null;
    }

    [GeneratedRegex(@"^(\S+) process (\d+) prefix (.*)$")]
    private static partial Regex Form();
}

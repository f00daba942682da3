using IoPkt.Packetdrill.Tests.Language;

namespace IoPkt.Packetdrill.Tests.Play;

/// <summary>Compares what the host has sent with what the script says.</summary>
internal sealed class SegmentCheck(Connection connection, Func<string, Exception> fail, long tolerance, long timestampTick)
{
    private const int Syn = 0x02, Psh = 0x08, Ack = 0x10;
    private static readonly string[] EcnNames = ["noecn", "ect1", "ect0", "ce"];

    public void Verify(ScriptSegment expected, WireSegment actual)
    {
        Learn(expected, actual);
        string shown = Describe(actual);
        if (expected.Flags != actual.Flags || expected.Sequence != connection.ToScript(actual.Sequence) || expected.Length != actual.Data.Length)
            throw fail($"the host sent {shown}");
        if ((expected.Flags & Ack) != 0 && expected.Acknowledgment != actual.Acknowledgment)
            throw fail($"the acknowledgment differs: the host sent {shown}");
        if (expected.Window is { } window && window != actual.Window)
            throw fail($"the window differs: the host sent {shown}");
        if (expected.Urgent != actual.Urgent)
            throw fail($"the urgent pointer differs: the host sent {shown}");
        if (expected.Ecn is { } ecn && ecn != actual.Ecn)
            throw fail($"the ECN field is {EcnNames[actual.Ecn]}: the host sent {shown}");
        VerifyOptions(expected, actual, shown);
        VerifyData(expected, actual);
    }

    /// <summary>The segment in the script's terms.</summary>
    public string Describe(WireSegment segment)
    {
        string flags = string.Concat("FSRP.UEW".Where((_, bit) => (segment.Flags & 1 << bit) != 0).OrderBy("SFRPUEW.".IndexOf));
        uint start = connection.ToScript(segment.Sequence);
        string options = segment.Options.Count == 0 ? "" : $" <{string.Join(',', segment.Options.Select(o => o.Kind == ScriptOption.Timestamps ? ToScript(o) : o))}>";
        string acknowledgment = (segment.Flags & Ack) != 0 ? $" ack {segment.Acknowledgment}" : "";
        return $"{flags} {start}:{start + (uint)segment.Data.Length}({segment.Data.Length}){acknowledgment} win {segment.Window}{options}";
    }

    /// <summary>One segment of several that a script writes as one, as an offloading device would send it.</summary>
    public static WireSegment Join(WireSegment first, WireSegment next, Func<string, Exception> fail) =>
        next.Sequence == first.Sequence + (uint)first.Data.Length && (first.Flags & ~Psh) == Ack
            ? next with { Sequence = first.Sequence, Data = [.. first.Data, .. next.Data] }
            : throw fail("the host sent the data in segments that don't follow each other");

    private void Learn(ScriptSegment expected, WireSegment actual)
    {
        if ((actual.Flags & Syn) != 0 && (expected.Flags & Syn) != 0)
            connection.LearnLocal(expected.Sequence, actual.Sequence);
        if (Timestamps(expected.Options) is { } script && Timestamps(actual.Options) is { } real)
            connection.LearnTimestamp(script.Numbers[0], real.Numbers[0]);
    }

    private void VerifyOptions(ScriptSegment expected, WireSegment actual, string shown)
    {
        if (expected.Options is not { } options)
            return;
        if (options.Count != actual.Options.Count)
            throw fail($"the options differ: the host sent {shown}");
        for (int i = 0; i < options.Count; i++)
        {
            (ScriptOption want, ScriptOption got) = (options[i], actual.Options[i]);
            bool isSame = want.Kind == ScriptOption.Timestamps && got.Kind == ScriptOption.Timestamps
                ? want.Numbers[1] == got.Numbers[1] && IsNear(want.Numbers[0], connection.ToScriptTimestamp(got.Numbers[0]))
                : want.ToString() == got.ToString();
            if (!isSame)
                throw fail($"the options differ at {want}: the host sent {shown}");
        }
    }

    private void VerifyData(ScriptSegment expected, WireSegment actual)
    {
        uint position = expected.Sequence + ((expected.Flags & Syn) != 0 ? 1u : 0) - connection.LocalStart;
        // A keep-alive's byte lies before the window and says nothing.
        if ((int)position < 0)
            return;
        int difference = Payload.FindDifference(position, actual.Data);
        if (difference >= 0)
            throw fail($"the data differ from byte {difference} on");
    }

    private bool IsNear(uint script, uint actual) => timestampTick == 0 || Math.Abs((int)(actual - script)) * timestampTick <= tolerance;

    private ScriptOption ToScript(ScriptOption timestamps) => timestamps with { Numbers = [connection.ToScriptTimestamp(timestamps.Numbers[0]), timestamps.Numbers[1]] };

    private static ScriptOption? Timestamps(IEnumerable<ScriptOption>? options) => options?.FirstOrDefault(o => o.Kind == ScriptOption.Timestamps);
}

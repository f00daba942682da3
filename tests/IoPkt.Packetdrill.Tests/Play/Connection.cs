using IoPkt.Packetdrill.Tests.Language;

namespace IoPkt.Packetdrill.Tests.Play;

/// <summary>
/// The one connection that a script is about: what its numbers are in truth. The script's own are used for the peer's; the host's sequence numbers and timestamps are
/// learned from its first SYN and put into the script's terms.
/// </summary>
internal sealed class Connection
{
    private readonly Dictionary<uint, uint> _timestamps = [];
    private uint? _localOffset;
    private uint? _timestampOffset;
    private uint? _remoteStart;

    public ushort LocalPort { get; set; }

    public ushort RemotePort { get; set; }

    /// <summary>The peer's number of its first byte of data.</summary>
    public uint RemoteStart => _remoteStart ?? 1;

    /// <summary>The script's number of the host's first byte of data.</summary>
    public uint LocalStart { get; private set; } = 1;

    /// <summary>A SYN of the host's: its number is what the script says.</summary>
    public void LearnLocal(uint script, uint real)
    {
        _localOffset = real - script;
        LocalStart = script + 1;
    }

    public void LearnRemote(uint sequence) => _remoteStart ??= sequence + 1;

    public uint ToReal(uint scriptSequence) => scriptSequence + (_localOffset ?? 0);

    public uint ToScript(uint realSequence) => realSequence - (_localOffset ?? 0);

    /// <summary>Notes what the host's timestamp is called in the script.</summary>
    public void LearnTimestamp(uint script, uint real)
    {
        _timestampOffset ??= real - script;
        _timestamps[script] = real;
    }

    public uint ToScriptTimestamp(uint real) => real - (_timestampOffset ?? 0);

    /// <summary>A timestamp that the peer echoes; it has to be one that the host has sent.</summary>
    public bool TryFindTimestamp(uint script, out uint real) => _timestamps.TryGetValue(script, out real);

    /// <summary>The options of a segment to the host, with its real numbers.</summary>
    public IReadOnlyList<ScriptOption> ToReal(ScriptSegment segment, Func<string, Exception> fail)
    {
        List<ScriptOption> options = [];
        foreach (ScriptOption option in segment.Options ?? [])
        {
            const int ack = 0x10;
            if (option.Kind == ScriptOption.Sack)
                options.Add(option with { Numbers = [.. option.Numbers.Select(ToReal)] });
            else if (option.Kind == ScriptOption.Timestamps && (segment.Flags & ack) != 0)
                options.Add(TryFindTimestamp(option.Numbers[1], out uint echo) ? option with { Numbers = [option.Numbers[0], echo] }
                    : throw fail($"the host never sent the timestamp {option.Numbers[1]}"));
            else
                options.Add(option);
        }
        return options;
    }
}

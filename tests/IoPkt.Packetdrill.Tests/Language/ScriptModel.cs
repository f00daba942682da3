namespace IoPkt.Packetdrill.Tests.Language;

/// <summary>A script: options, and what happens in it in order.</summary>
/// <param name="Options">Without "--"; those without a value have an empty one.</param>
internal sealed record Script(IReadOnlyDictionary<string, string> Options, IReadOnlyList<ScriptEvent> Events);

/// <summary>How an event's time is written.</summary>
internal enum TimeKind
{
    /// <summary>"1.5": since the script began.</summary>
    Absolute,

    /// <summary>"+.5": since the event before.</summary>
    Relative,

    /// <summary>"*": whenever.</summary>
    Any,
}

/// <summary>When an event happens.</summary>
/// <param name="Kind">What the times count from.</param>
/// <param name="Start">Microseconds.</param>
/// <param name="End">The other end of a range ("~"); the same as <paramref name="Start"/> where there's none.</param>
/// <param name="Return">When a call that blocks returns ("..."); <c>null</c>: it doesn't block.</param>
internal sealed record EventTime(TimeKind Kind, long Start, long End, long? Return);

internal abstract record ScriptEvent(int Line, EventTime Time);

/// <summary>"&lt;": the host receives a packet; "&gt;": it has to send one.</summary>
internal sealed record PacketEvent(int Line, EventTime Time, bool IsInbound, ScriptPacket Packet) : ScriptEvent(Line, Time);

/// <summary>A system call, with the result it has to have.</summary>
/// <param name="Error">The errno's name; <c>null</c>: not checked.</param>
internal sealed record CallEvent(int Line, EventTime Time, string Name, IReadOnlyList<Argument> Arguments, long Result, string? Error) : ScriptEvent(Line, Time);

/// <summary>A command of the shell.</summary>
internal sealed record CommandEvent(int Line, EventTime Time, string Command) : ScriptEvent(Line, Time);

/// <summary>Python that looks at TCP_INFO.</summary>
internal sealed record CodeEvent(int Line, EventTime Time, string Code) : ScriptEvent(Line, Time);

/// <summary>An argument of a system call.</summary>
internal abstract record Argument;

/// <summary>"...": whatever is usual.</summary>
internal sealed record EllipsisArgument : Argument;

/// <summary>A number, or names that are numbers, with "|" between.</summary>
internal sealed record NumberArgument(long Value) : Argument;

internal sealed record TextArgument(string Text) : Argument;

/// <summary>"[a, b]"</summary>
internal sealed record ListArgument(IReadOnlyList<Argument> Items) : Argument;

/// <summary>"{name=value, …}"</summary>
internal sealed record StructureArgument(IReadOnlyDictionary<string, Argument> Fields) : Argument;

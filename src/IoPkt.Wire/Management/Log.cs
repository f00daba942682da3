using System.Text.Json.Serialization;

namespace IoPkt.Wire.Management;

/// <param name="After">The position of an earlier answer: only what came since; absent: everything that's still kept.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LogQuery(long After = 0);

/// <param name="Entries">Oldest first.</param>
/// <param name="Position">After the last of them.</param>
public sealed record LogEntries(IReadOnlyList<LogEntryInfo> Entries, long Position);

/// <summary>An entry of the daemon's log.</summary>
/// <param name="Time">With its offset from UTC.</param>
/// <param name="Severity">QNX's: 1 critical, 2 error, 3 warning, 4 notice, 5 information, 6 and 7 debugging.</param>
/// <param name="Major">14: the network's.</param>
/// <param name="Minor">0</param>
/// <param name="Text">One line.</param>
public sealed record LogEntryInfo(DateTimeOffset Time, int Severity, int Major, int Minor, string Text);

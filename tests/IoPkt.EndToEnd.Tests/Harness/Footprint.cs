using System.Globalization;
using System.Text.RegularExpressions;

namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>What a process has of the host's, as /proc tells it.</summary>
/// <param name="Resident">Bytes.</param>
/// <param name="Threads">Their number.</param>
/// <param name="Descriptors">Open files and sockets.</param>
internal sealed partial record Footprint(long Resident, int Threads, int Descriptors)
{
    public static Footprint Of(int process)
    {
        string status = File.ReadAllText($"/proc/{process}/status");
        return new Footprint(long.Parse(VmRss().Match(status).Groups[1].Value, CultureInfo.InvariantCulture) * 1024,
            int.Parse(ThreadCount().Match(status).Groups[1].Value, CultureInfo.InvariantCulture), Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Count());
    }

    [GeneratedRegex(@"VmRSS:\s+(\d+) kB")]
    private static partial Regex VmRss();

    [GeneratedRegex(@"Threads:\s+(\d+)")]
    private static partial Regex ThreadCount();
}

using System.Text;
using IoPkt.Wire.Management;

namespace IoPkt.Tools.Netstat;

/// <summary>The packet memory.</summary>
internal static class MbufPrinter
{
    public static string Format(MbufUsage usage)
    {
        StringBuilder text = new();
        foreach (BufferUsage kind in usage.Kinds)
        {
            text.Append($"{Numbers.Plural(kind.InUse, kind.Name)} in use ({kind.Size} bytes each; {kind.Cached} cached, {kind.Total} allocated)\n");
            text.Append($"\t{Numbers.Plural(kind.Failures, "request")} for {kind.Name}s denied\n");
        }
        long percent = usage.MaximumBytes == 0 ? 0 : usage.Bytes * 100 / usage.MaximumBytes;
        text.Append($"{usage.Bytes / 1024} KB of packet memory taken from the host ({percent}% of at most {usage.MaximumBytes / 1024} KB)\n");
        text.Append($"{Numbers.Plural(usage.Managed.AllocatedBytes, "byte")} allocated on the managed heap since the start, {Numbers.Plural(usage.Managed.Collections, "garbage collection")}\n");
        return text.ToString();
    }
}
